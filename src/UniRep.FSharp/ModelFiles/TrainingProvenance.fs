namespace UniRep.ModelFiles

open System
open System.Text.RegularExpressions
open UniRep

/// What a model's card says of the training that made it.
[<RequireQualifiedAccess>]
module internal TrainingProvenance =
    let private tunedSuffix = "-tuned"

    /// A training that left the model as it was; only the last training counts.
    let private withoutEffect =
        Regex(@"^trained from [^;]* on \d+ sequences, 0 epochs(;|$)")

    /// The card of a model after some epochs. After none, it is the start model and keeps that name.
    let card (start: WeightCard) (sequences: int) (epochs: int) =
        let isTuned = start.Name.EndsWith(tunedSuffix, StringComparison.Ordinal)

        { start with
            Name =
                if epochs = 0 || isTuned then
                    start.Name
                else
                    start.Name + tunedSuffix
            Provenance =
                $"trained from {start.Name} on {sequences} sequences, {epochs} epochs; {start.Provenance}"
        }

    /// What a user of the model should know.
    let warnings (card: WeightCard) =
        [
            if withoutEffect.IsMatch card.Provenance then
                $"{card.Name}: this is the model that a training began with (0 epochs): the training was stopped in its first epoch, failed, or did not improve it"
        ]
