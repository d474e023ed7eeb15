namespace UniRep.Design

open System
open UniRep
open UniRep.IO

[<RequireQualifiedAccess>]
type FeatureKind =
    | Vector of Pool
    | OneHot

    member this.Name =
        match this with
        | FeatureKind.Vector pool -> pool.Name
        | FeatureKind.OneHot -> "one-hot"

type FeatureSource =
    {
        Kind: FeatureKind
        Width: int
        Fingerprint: string option
        Model: string option
        Density: string option
    }

[<Sealed>]
type FeatureTable
    internal (source: FeatureSource, count: int, row: int -> float32[], density: float[] option) =
    member _.Source = source
    member _.Count = count
    member _.Row(index: int) = row index
    member _.Density = density

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module FeatureTable =
    let private widthOf pool (model: Model) =
        match pool with
        | Pool.Fusion -> 3 * model.Shape.Units
        | _ -> model.Shape.Units

    let ofRows (source: FeatureSource) (rows: float32[][]) =
        for index in 0 .. rows.Length - 1 do
            if rows[index].Length <> source.Width then
                invalidArg
                    (nameof rows)
                    $"row {index} has {rows[index].Length} features, not {source.Width}"

        if source.Density.IsSome then
            invalidArg (nameof source) "the density is added with withDensity"

        FeatureTable(source, rows.Length, Array.get rows, None)

    let ofVectors pool (model: Model) vectors =
        let source =
            {
                Kind = FeatureKind.Vector pool
                Width = widthOf pool model
                Fingerprint = Some model.Fingerprint
                Model = Some model.Card.Name
                Density = None
            }

        ofRows source vectors

    let vectorOf pool (rep: Rep) =
        match pool with
        | Pool.Average -> rep.Average
        | Pool.Final -> rep.Final
        | Pool.Cell -> rep.Cell
        | Pool.Fusion -> Rep.fusion rep

    let represent options pool model (sequences: Sequence[]) =
        sequences
        |> Model.mapMany options (Output.map (vectorOf pool) Output.rep) id model
        |> Seq.map snd
        |> Seq.toArray
        |> ofVectors pool model

    let private letters = "ACDEFGHIKLMNPQRSTVWY"

    let private encode positions (sequence: Sequence) =
        let row = Array.zeroCreate<float32>(20 * positions)

        for position in 0 .. sequence.Length - 1 do
            let letter = letters.IndexOf sequence.Letters[position]

            if letter >= 0 then
                row[20 * position + letter] <- 1f

        row

    let oneHotOf positions (sequences: Sequence[]) =
        match sequences |> Array.tryFindIndex (fun sequence -> sequence.Length > positions) with
        | Some index -> Error index
        | None ->
            let source =
                {
                    Kind = FeatureKind.OneHot
                    Width = 20 * positions
                    Fingerprint = None
                    Model = None
                    Density = None
                }

            Ok(
                FeatureTable(
                    source,
                    sequences.Length,
                    (fun index -> encode positions sequences[index]),
                    None
                )
            )

    let oneHot (sequences: Sequence[]) =
        if sequences.Length = 0 then
            invalidArg (nameof sequences) "there is no sequence"

        let positions = sequences |> Seq.map _.Length |> Seq.max

        match oneHotOf positions sequences with
        | Ok table -> table
        | Error index -> invalidOp $"sequence {index} is longer than the longest"

    let withDensity name (scores: float[]) (table: FeatureTable) =
        if scores.Length <> table.Count then
            invalidArg (nameof scores) $"{scores.Length} scores of {table.Count} rows"

        if not (Array.forall Double.IsFinite scores) then
            invalidArg (nameof scores) "a score is not finite"

        let source =
            { table.Source with
                Density = Some name
            }

        FeatureTable(source, table.Count, table.Row, Some scores)

    /// The likelihoods of other weights are another density.
    let likelihoodOf (model: Model) = $"lm {model.Fingerprint}"

    let withLikelihood model scores table =
        let table = withDensity (likelihoodOf model) scores table

        let source =
            { table.Source with
                Model = Some model.Card.Name
            }

        FeatureTable(source, table.Count, table.Row, table.Density)

    let select (indices: int[]) (table: FeatureTable) =
        let density =
            table.Density |> Option.map (fun all -> Array.map (Array.get all) indices)

        FeatureTable(table.Source, indices.Length, (fun index -> table.Row indices[index]), density)
