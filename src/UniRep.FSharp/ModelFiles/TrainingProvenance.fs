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

    /// How cards say in which direction the sequences were read. Nothing is said of forward.
    let private directions =
        [
            ReadingDirection.Backward, ", read backward"
            ReadingDirection.Both, ", read in both directions"
        ]

    let private saysDirection direction =
        directions
        |> List.tryFind (fst >> (=) direction)
        |> Option.map snd
        |> Option.defaultValue ""

    /// The last training that changed the model: with its direction if the card tells it.
    let private lastTraining =
        Regex(
            @"(?:^|; )trained from [^;]* on \d+ sequences, [1-9]\d* epochs(, read [a-z ]+)?(?=;|$)"
        )

    /// In which direction the last training of a model read its sequences.
    let directionOf (card: WeightCard) =
        let says = lastTraining.Match(card.Provenance).Groups[1].Value

        directions
        |> List.tryFind (snd >> (=) says)
        |> Option.map fst
        |> Option.defaultValue ReadingDirection.Forward

    /// The card of a model after some epochs. After none, it is the start model and keeps that name.
    let card (start: WeightCard) (sequences: int) (epochs: int) direction =
        let says = if epochs = 0 then "" else saysDirection direction
        let isTuned = start.Name.EndsWith(tunedSuffix, StringComparison.Ordinal)

        { start with
            Name =
                if epochs = 0 || isTuned then
                    start.Name
                else
                    start.Name + tunedSuffix
            Provenance =
                $"trained from {start.Name} on {sequences} sequences, {epochs} epochs{says}; {start.Provenance}"
        }

    /// What a user of the model should know.
    let warnings (card: WeightCard) =
        [
            if withoutEffect.IsMatch card.Provenance then
                $"{card.Name}: this is the model that a training began with (0 epochs): the training was stopped in its first epoch, failed, or did not improve it"
        ]
