namespace UniRep.Training

open System.Diagnostics
open UniRep

type SearchOptions = { Trials: int; Folds: int }

type TrialReport =
    {
        Round: int
        Trial: int
        LearningRate: float
        Epochs: int
        BestEpoch: int
        Loss: float option
        Seconds: float
    }

[<RequireQualifiedAccess>]
module internal Search =
    let highest center = 10.0 * center

    let rates seed trials center =
        let random = SplitMix(Seed.derive seed -3)

        List.init trials (fun trial ->
            if trial = 0 then
                center
            else
                center * 10.0 ** (2.0 * random.Unit() - 1.0))

    /// The splits that a trial trains on: the one given, or one for each fold of cross-validation.
    let private folds options search (split: DataSplit) =
        if search.Folds < 2 then
            [ split ]
        else
            let { Corpus = corpus; Indices = indices } = split.Training

            let select places =
                {
                    Corpus = corpus
                    Indices = Array.map (Array.get indices) places
                }

            [
                for kept, held in Corpus.folds options.Seed search.Folds indices.Length ->
                    { split with
                        Training = select kept
                        Validation = Some(select held)
                    }
            ]

    /// The lowest validation loss of some epochs, and its epoch. Every epoch has one: a search needs a validation set.
    let private best (reports: EpochReport list) =
        reports
        |> List.choose (fun report ->
            report.ValidationLoss |> Option.map (fun loss -> loss, report.Epoch))
        |> List.min

    let choose options search rate split (recorded: TrialReport list) record run =
        let splits = folds options search split
        let rounds = 1 + int (ceil (log (float search.Trials) / log 2.0))

        let tryOut round (trial, rate) =
            let epochs = max 1 (options.Epochs >>> (rounds - round))

            let isThis (known: TrialReport) =
                known.Round = round
                && known.Trial = trial
                && known.LearningRate = rate
                && known.Epochs = epochs

            recorded
            |> List.tryFind isThis
            |> Option.defaultWith (fun () ->
                let watch = Stopwatch.StartNew()

                let options =
                    { options with
                        LearningRate = Some rate
                        Epochs = epochs
                    }

                let found =
                    splits
                    |> List.mapi (fun part split ->
                        run $"round{round}-trial{trial}-part{part + 1}" options split
                        |> Option.map best)

                let losses, bestEpochs = found |> List.choose id |> List.unzip

                let report =
                    {
                        Round = round
                        Trial = trial
                        LearningRate = rate
                        Epochs = epochs
                        BestEpoch =
                            if bestEpochs.IsEmpty then
                                1
                            else
                                bestEpochs
                                |> List.averageBy float
                                |> System.Math.Round
                                |> int
                                |> max 1
                        Loss =
                            if losses.Length = splits.Length then
                                Some(List.average losses)
                            else
                                None
                        Seconds = watch.Elapsed.TotalSeconds
                    }

                record report
                report)

        let rec go round candidates =
            let reports =
                candidates
                |> List.map (tryOut round)
                |> List.filter _.Loss.IsSome
                |> List.sortBy _.Loss

            match reports with
            | [] -> Error round
            | best :: _ when round = rounds -> Ok best
            | reports ->
                reports
                |> List.truncate ((List.length candidates + 1) / 2)
                |> List.map (fun report -> report.Trial, report.LearningRate)
                |> List.sort
                |> go (round + 1)

        rates options.Seed search.Trials rate
        |> List.mapi (fun index rate -> index + 1, rate)
        |> go 1
