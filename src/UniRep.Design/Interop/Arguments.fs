namespace UniRep.Design

open System
open System.Collections.Generic
open UniRep

/// What the C# face is given: C# may pass null whatever the annotations say, and errors are raised.
[<RequireQualifiedAccess>]
module internal Arguments =
    let model (model: UniRepModel) =
        ArgumentNullException.ThrowIfNull(model, nameof model)
        model.Model

    let numbers name (values: IEnumerable<float>) =
        ArgumentNullException.ThrowIfNull(values, name)
        Seq.toArray values

    let wildType (letters: string) =
        ArgumentNullException.ThrowIfNull(letters, "wildType")
        InteropCalls.parse letters

    let sequences (sequences: IEnumerable<string>) =
        ArgumentNullException.ThrowIfNull(sequences, nameof sequences)
        sequences |> Seq.mapi InteropCalls.parseAt |> Seq.toArray

    /// The sequence of a variant of several, by its index from 0.
    let variantAt first wildType index (text: string) =
        if isNull (box text) then
            Throw.nullSequence "variants" index

        match Variant.parse text |> Result.bind (Variant.apply first wildType) with
        | Ok sequence -> sequence
        | Error error ->
            raise (
                UniRepException(
                    "BadVariant",
                    $"Variant {index + 1}: {error.Message}",
                    Nullable index,
                    Nullable()
                )
            )

    let variants first wildType (variants: IEnumerable<string>) =
        ArgumentNullException.ThrowIfNull(variants, nameof variants)
        variants |> Seq.mapi (variantAt first wildType) |> Seq.toArray
