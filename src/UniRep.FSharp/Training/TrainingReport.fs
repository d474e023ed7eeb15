namespace UniRep.Training

open UniRep

[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type BatchReport =
    {
        Epoch: int
        Batch: int
        Batches: int
        Step: int64
        Loss: float
        GradientNorm: float
        LearningRate: float
        Tokens: int64
        Seconds: float
    }

    member this.Summary =
        $"epoch {this.Epoch}, batch {this.Batch} of {this.Batches}: loss {Display.number this.Loss}"

    override this.ToString() = this.Summary

    member this.ToHtml() =
        Display.properties
            $"Epoch {this.Epoch}, batch {this.Batch} of {this.Batches}"
            [
                "step", Display.whole this.Step
                "loss", $"{Display.number this.Loss} nats per token"
                "norm of the gradient", Display.number this.GradientNorm
                "learning rate", Display.short this.LearningRate
                "tokens", Display.whole this.Tokens
                "seconds", Display.short this.Seconds
            ]

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type EpochReport =
    {
        Epoch: int
        Step: int64
        TrainLoss: float option
        HoldOutLoss: float option
        OutOfDomainLoss: float option
        IsBest: bool
        Tokens: int64
        Seconds: float
    }

    /// The losses there are, by name.
    member this.Losses =
        [
            "train", this.TrainLoss
            "hold-out", this.HoldOutLoss
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
                "train loss"
                "hold-out loss"
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

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module EpochReport =
    let decisive report =
        report.HoldOutLoss |> Option.defaultValue -(float report.Epoch)

    let perplexity loss = exp loss
