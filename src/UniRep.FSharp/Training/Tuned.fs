namespace UniRep.Training

open UniRep

[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Tuned =
    {
        Weights: Weights
        Epochs: EpochReport list
        StopReason: StopReason
        IsImproved: bool
    }

    member this.BestEpoch =
        match List.tryFindBack _.IsBest this.Epochs with
        | Some report when this.IsImproved -> report.Epoch
        | _ -> 0

    /// What was trained, for how long, and how it ended.
    member private this.Title =
        let epochs = this.Epochs |> List.filter (fun report -> report.Epoch > 0)

        let ending =
            match this.StopReason with
            | StopReason.Finished -> ""
            | StopReason.EarlyStopping -> ", stopped early"
            | StopReason.Interrupted -> ", interrupted"
            | StopReason.Diverged(epoch, batch, _) -> $", diverged in epoch {epoch}, batch {batch}"

        let outcome =
            if this.IsImproved || epochs.IsEmpty then
                ""
            else
                ", not improved"

        $"""{this.Weights.Card.Name} after {Display.counted epochs.Length "epoch"}{ending}{outcome}"""

    member this.Summary =
        let losses = this.Epochs |> List.choose _.ValidationLoss

        if List.isEmpty losses then
            this.Title
        else
            $"{this.Title}: validation loss {Display.number losses.Head} → {Display.number (List.min losses)}"

    override this.ToString() = this.Summary

    member this.ToHtml() =
        EpochReport.Table($"{this.Title}; losses in nats per token", this.Epochs)

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()
