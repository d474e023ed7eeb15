namespace UniRep.ModelFiles

open System
open UniRep
open UniRep.Compute

/// What is known of weights besides their numbers: what a file says, and what the catalogue knows of the numbers.
[<RequireQualifiedAccess>]
module internal WeightCards =
    /// The longest provenance that is kept of a file.
    let private longestProvenance = 4000

    /// The card of a file of which only the name is known.
    let ofName (name: string) : WeightCard =
        {
            Name = Quote.text name
            Version = ""
            License = Weights.unknownLicense
            Provenance = ""
        }

    /// The card in a file's metadata, and whether it names the model.
    let ofMetadata (name: string) (metadata: Map<string, string>) =
        let value key =
            metadata.TryFind $"unirep.{key}" |> Option.defaultValue ""

        let orElse instead text = if text = "" then instead else text
        let own = Quote.text (value "model")

        {
            Name = own |> orElse (Quote.text name)
            Version = Quote.text (value "version")
            License = Quote.text (value "license") |> orElse Weights.unknownLicense
            Provenance = Quote.upTo longestProvenance (value "provenance")
        },
        own <> ""

    /// The card of weights whose numbers are known: the licence and provenance of the catalogue hold, and its name where
    /// the file has none of its own. Also what the user should know of that.
    let recognized path hasName (card: WeightCard) (known: KnownWeights) =
        let model = known.Model

        let warnings =
            [
                if card.License <> model.License && card.License <> Weights.unknownLicense then
                    $"{Quote.line path}: its licence is said to be '{card.License}', but its numbers are those of {model.Name}, whose licence {model.License} holds"
            ]

        let rounded =
            if known.IsAsPublished then
                ""
            else
                $" Rounded to {known.Numbers}."

        {
            Name = if hasName then card.Name else model.Name
            Version = model.Version
            License = model.License
            // What else a file says, of a training without effect for example, is kept.
            Provenance =
                if card.Provenance.EndsWith(model.Provenance, StringComparison.Ordinal) then
                    card.Provenance
                else
                    model.Provenance + rounded
        },
        warnings

    /// The card of weights whose numbers are not known. A model of the size of a published one may be derived from it.
    let unrecognized (shape: MlstmShape) (card: WeightCard) =
        match WeightCatalog.published |> List.filter (fun model -> model.Units = shape.Units) with
        | model :: _ when
            card.License = Weights.unknownLicense
            && card.Provenance = ""
            && model.Layers = shape.Layers
            ->
            { card with
                Provenance =
                    $"unknown; of the size of {model.Name}: if it was trained from that, the licence {model.License} holds for it too"
            }
        | _ when String.IsNullOrEmpty card.Provenance -> { card with Provenance = "unknown" }
        | _ -> card
