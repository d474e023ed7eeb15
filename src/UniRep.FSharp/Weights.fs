namespace UniRep

open System
open UniRep.Compute

type Tensor = { Shape: int list; Values: float32[] }

type WeightCard =
    {
        Name: string
        Version: string
        License: string
        Provenance: string
    }

/// The sizes of a model in words.
module private Sizes =
    let words (shape: MlstmShape) =
        $"""{shape.Units} units × {Display.counted shape.Layers "layer"}"""

[<Sealed>]
[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Weights(card: WeightCard, arrays: MlstmArrays) =
    member _.Shape = arrays.Shape
    member _.Card = card
    member _.Arrays = arrays
    member _.Embed = arrays.Embed
    member _.Layers = List.ofSeq arrays.Layers
    member _.HeadW = arrays.HeadW
    member _.HeadB = arrays.HeadB
    member _.HasHead = arrays.HeadB.Length > 0

    member _.Summary =
        $"Weights of {card.Name}: {Sizes.words arrays.Shape}, {card.License}"

    override this.ToString() = this.Summary

    member this.ToHtml() =
        Display.properties
            $"Weights of {card.Name}"
            [
                "sizes", $"{Sizes.words arrays.Shape}, embedding of {arrays.Shape.Embedding}"
                if not this.HasHead then
                    "head", "none"
                "version", card.Version
                "licence", card.License
                "from", card.Provenance
            ]

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

[<RequireQualifiedAccess>]
type WeightsError =
    | MissingArrays of names: string list
    | UnexpectedShape of name: string * expected: int list * found: int list
    | UnexpectedArray of name: string
    | NotFinite of name: string * element: int
    | TooLarge of name: string * reach: float

    member this.Message =
        let shown shape =
            shape |> List.map string |> String.concat ", " |> sprintf "[%s]"

        match this with
        | WeightsError.MissingArrays names ->
            let shown, rest = List.splitAt (min 12 names.Length) names
            let more = if rest.IsEmpty then "" else $" and {rest.Length} more"
            $"""missing: {shown |> List.map Quote.text |> String.concat ", "}{more}"""
        | WeightsError.UnexpectedShape(name, expected, found) ->
            $"{Quote.text name}: shape {shown expected} expected, {Quote.text (shown found)} found"
        | WeightsError.UnexpectedArray name -> $"{Quote.text name}: no model has such an array"
        | WeightsError.NotFinite(name, element) ->
            $"{Quote.text name}: element {element} is not a finite number"
        | WeightsError.TooLarge(name, reach) ->
            $"{Quote.text name}: its values are so large that vectors overflow (sums of up to {Display.short reach}); no trained model has such values"

    interface IError with
        member this.Message = this.Message


[<RequireQualifiedAccess>]
module Weights =
    let unknownLicense = "unknown"

    let sizes shape = Sizes.words shape

    let layerNames = MlstmParameter.OfLayer |> Seq.map _.Name |> String.concat "|"

    /// The arrays of a model of some shape, in the order of files.
    let private layout hasHead (shape: MlstmShape) =
        shape.Parameters()
        |> Seq.filter (fun array -> hasHead || not array.Parameter.IsOfHead)
        |> List.ofSeq

    /// The layer that an array's name speaks of.
    let private layerOf (name: string) =
        match name.StartsWith("layer", StringComparison.Ordinal), name.IndexOf '.' with
        | true, dot when dot > 5 ->
            match Int32.TryParse name[5 .. dot - 1] with
            | true, layer when layer >= 0 && layer < 1000 -> Some layer
            | _ -> None
        | _ -> None

    /// The sizes that the arrays agree on, as far as they can be seen: the head shows the units (or the first
    /// layer's gain), the embedding its width.
    let private shapeOf (tensors: Map<string, Tensor>) =
        let axis name position =
            Map.tryFind name tensors
            |> Option.bind (fun tensor -> List.tryItem position tensor.Shape)
            |> Option.filter (fun size -> size > 0)

        let units =
            axis "head.w" 0
            |> Option.orElseWith (fun () -> axis "layer0.gmx" 0)
            |> Option.orElseWith (fun () -> axis "layer0.wmx" 1)

        let embedding = axis "embed" 1 |> Option.orElseWith (fun () -> axis "layer0.wx" 0)

        let layers = tensors |> Map.keys |> Seq.choose layerOf |> Seq.fold max 0 |> (+) 1

        match units, embedding with
        | Some units, Some embedding -> Some(MlstmShape(units, layers, embedding))
        | _ -> None

    let private check layout (tensors: Map<string, Tensor>) =
        let expected =
            Map.ofList
                [
                    for array: ParameterArray in layout -> array.Name, List.ofSeq array.Dimensions
                ]

        [
            match
                [
                    for KeyValue(name, _) in expected do
                        if not (tensors.ContainsKey name) then
                            name
                ]
            with
            | [] -> ()
            | missing -> WeightsError.MissingArrays missing

            for KeyValue(name, tensor) in tensors do
                match expected.TryFind name with
                | None -> WeightsError.UnexpectedArray name
                | Some shape when
                    shape <> tensor.Shape || List.fold (*) 1 shape <> tensor.Values.Length
                    ->
                    WeightsError.UnexpectedShape(name, shape, tensor.Shape)
                | Some _ ->
                    let element = FloatArrays.CountFinite tensor.Values

                    if element < tensor.Values.Length then
                        WeightsError.NotFinite(name, element)
        ]

    let private headNames = [ MlstmParameter.HeadW.Name; MlstmParameter.HeadB.Name ]

    let ofTensors card (tensors: Map<string, Tensor>) =
        match shapeOf tensors with
        | None ->
            MlstmParameter.Embed.Name :: headNames
            |> List.filter (tensors.ContainsKey >> not)
            |> function
                | [] ->
                    Error
                        [
                            WeightsError.UnexpectedShape(
                                "head.w",
                                [ 64; 25 ],
                                tensors["head.w"].Shape
                            )
                        ]
                | missing -> Error [ WeightsError.MissingArrays missing ]
        | Some shape ->
            let hasHead = headNames |> List.exists tensors.ContainsKey

            match check (layout hasHead shape) tensors with
            | [] ->
                let values (array: ParameterArray) =
                    match tensors.TryFind array.Name with
                    | Some tensor -> tensor.Values
                    // Only the arrays of a head may be missing.
                    | None -> [||]

                Ok(Weights(card, MlstmArrays.Create(shape, values)))
            | errors -> Error errors

    let toTensors (weights: Weights) =
        [
            for array in layout weights.HasHead weights.Shape ->
                array.Name,
                {
                    Shape = List.ofSeq array.Dimensions
                    Values = weights.Arrays[array]
                }
        ]

    let ofArrays card arrays = Weights(card, arrays)

    let withHead (weights: Weights) =
        if weights.HasHead then
            weights.Arrays
        else
            MlstmArrays.Create(
                weights.Shape,
                fun array ->
                    if array.Parameter.IsOfHead then
                        Array.zeroCreate (int array.Length)
                    else
                        weights.Arrays[array]
            )

    let isFinite (arrays: MlstmArrays) =
        arrays.Shape.Parameters()
        |> Seq.forall (fun array -> FloatArrays.CountFinite arrays[array] = arrays[array].Length)

    let withCard card (weights: Weights) = Weights(card, weights.Arrays)

    let renamed (rename: string -> string) error =
        match error with
        | WeightsError.MissingArrays names -> WeightsError.MissingArrays(List.map rename names)
        | WeightsError.UnexpectedShape(name, expected, found) ->
            WeightsError.UnexpectedShape(rename name, expected, found)
        | WeightsError.UnexpectedArray name -> WeightsError.UnexpectedArray(rename name)
        | WeightsError.NotFinite(name, element) -> WeightsError.NotFinite(rename name, element)
        | WeightsError.TooLarge(name, reach) -> WeightsError.TooLarge(rename name, reach)

    let noHead (card: WeightCard) =
        $"{Quote.text card.Name} has no language-model head: it gives vectors, but no logits or likelihoods, and it cannot be trained"
