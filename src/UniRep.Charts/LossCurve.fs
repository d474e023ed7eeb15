namespace UniRep.Charts

open UniRep.Training

[<RequireQualifiedAccess>]
module LossCurve =
    let private kinds: (string * (EpochReport -> float option)) list =
        [
            "training", _.TrainLoss
            "validation", _.ValidationLoss
            "out of domain", _.OutOfDomainLoss
        ]

    let chart title (reports: EpochReport list) =
        [
            for name, loss in kinds do
                let points =
                    [
                        for report in reports do
                            match loss report with
                            | Some loss -> float report.Epoch, loss
                            | None -> ()
                    ]

                if not points.IsEmpty then
                    Chart.series name points
        ]
        |> Chart.lines title (Chart.axis "epoch") (Chart.axis "loss (nats per token)")

    let svg reports =
        chart "Loss per epoch" reports |> Chart.toSvg
