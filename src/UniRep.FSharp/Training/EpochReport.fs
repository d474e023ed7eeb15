namespace UniRep.Training

open UniRep

[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type EpochReport =
    {
        Epoch: int
        Step: int64
        TrainLoss: float option
        ValidationLoss: float option
        OutOfDomainLoss: float option
        IsBest: bool
        Tokens: int64
        Seconds: float
    }

    /// The losses there are, by name.
    member this.Losses =
        [
            "training", this.TrainLoss
            "validation", this.ValidationLoss
            "out of domain", this.OutOfDomainLoss
        ]

    member this.Summary =
        let losses =
            [
                for name, loss in this.Losses do
                    match loss with
                    | Some loss -> $"{name} {Display.number loss}"
                    | None -> ()
                if this.IsBest then
                    "the best so far"
            ]

        $"epoch {this.Epoch}: " + String.concat ", " losses

    override this.ToString() = this.Summary

    /// Epochs as the rows of a table.
    static member Table(caption, reports: EpochReport list) =
        Display.table
            caption
            [
                "epoch"
                "training loss"
                "validation loss"
                "out-of-domain loss"
                "best"
                "tokens"
                "seconds"
            ]
            [
                for report in reports do
                    [
                        string report.Epoch
                        for _, loss in report.Losses do
                            loss |> Option.map Display.number |> Option.defaultValue ""
                        if report.IsBest then "best so far" else ""
                        Display.whole report.Tokens
                        Display.short report.Seconds
                    ]
            ]

    member this.ToHtml() =
        EpochReport.Table("Losses in nats per token", [ this ])

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()
