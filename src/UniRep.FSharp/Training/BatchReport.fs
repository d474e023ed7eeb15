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
                "gradient norm", Display.number this.GradientNorm
                "learning rate", Display.short this.LearningRate
                "tokens", Display.whole this.Tokens
                "seconds", Display.short this.Seconds
            ]

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()
