namespace UniRep.Design

open System
open System.Threading

type BenchmarkRow =
    {
        Name: string
        Seed: uint64
        Train: int
        Test: int
        Metrics: (string * float option) list
    }

type BenchmarkSummary =
    {
        Name: string
        Rows: int
        Metrics: (string * (float * float) option) list
    }

type BenchmarkPlan =
    {
        Options: TopModelOptions
        Metrics: Metric list
        Progress: IProgress<int64> option
        Cancellation: CancellationToken
    }

[<RequireQualifiedAccess>]
module Benchmark =
    let plan options =
        {
            Options = options
            Metrics = Metric.all
            Progress = None
            Cancellation = CancellationToken.None
        }

    let private judge plan (features: FeatureTable) (values: float[]) seed (split: Split) =
        plan.Cancellation.ThrowIfCancellationRequested()
        let valuesOf rows = Array.map (Array.get values) rows

        let options =
            { plan.Options with
                Seed = plan.Options.Seed + seed
            }

        TopModel.fit options "" (FeatureTable.select split.Train features) (valuesOf split.Train)
        |> Result.bind (fun model -> TopModel.means model (FeatureTable.select split.Test features))
        |> Result.mapError (fun error -> split.Name, error)
        |> Result.map (fun predicted ->
            {
                Name = split.Name
                Seed = seed
                Train = split.Train.Length
                Test = split.Test.Length
                Metrics =
                    [
                        for metric in plan.Metrics do
                            metric.Name,
                            metric.Of (valuesOf split.Test) predicted |> Result.toOption
                    ]
            })

    let private run plan features values (splits: (uint64 * Split) list) =
        let rec next (rows: BenchmarkRow list) splits =
            plan.Progress
            |> Option.iter (fun progress -> progress.Report(int64 rows.Length))

            match splits with
            | [] -> Ok(List.rev rows)
            | (seed, split) :: rest ->
                match judge plan features values seed split with
                | Ok row -> next (row :: rows) rest
                | Error error -> Error error

        next [] splits

    let folds plan features values splits =
        splits |> List.map (fun split -> 0UL, split) |> run plan features values

    let lowN plan seeds (sizes: int list) (features: FeatureTable) values =
        run
            plan
            features
            values
            [
                for size in sizes do
                    for seed in 1UL .. uint64 seeds do
                        match Split.lowN 0.2 size seed features.Count with
                        | Ok split -> seed, split
                        | Error _ -> ()
            ]

    let private summary name (rows: BenchmarkRow list) =
        {
            Name = name
            Rows = rows.Length
            Metrics =
                [
                    for metric, _ in rows.Head.Metrics do
                        let values =
                            rows
                            |> List.choose (fun row ->
                                row.Metrics |> List.find (fst >> (=) metric) |> snd)

                        metric,
                        if values.IsEmpty then
                            None
                        else
                            let mean = List.average values

                            let square =
                                values |> List.sumBy (fun value -> (value - mean) * (value - mean))

                            Some(mean, sqrt (square / float (max 1 (values.Length - 1))))
                ]
        }

    let summarize (rows: BenchmarkRow list) =
        rows |> List.groupBy _.Name |> List.map (fun (name, rows) -> summary name rows)

    let overall rows = summary "all" rows
