namespace UniRep.Design

open UniRep.Charts

[<RequireQualifiedAccess>]
module BenchmarkChart =
    let chart title metric (schemes: (string * BenchmarkSummary list) list) =
        Chart.bars
            title
            (Chart.axis "split")
            (Chart.axis $"{metric} (mean ± standard deviation between splits)")
            [
                for scheme, summaries in schemes do
                    for summary in summaries do
                        match summary.Metrics |> List.tryFind (fst >> (=) metric) with
                        | Some(_, Some(mean, deviation)) ->
                            Chart.barWithin
                                (mean - deviation)
                                (mean + deviation)
                                $"{scheme} {summary.Name}"
                                mean
                        | _ -> ()
            ]
