namespace UniRep

open System
open UniRep.Compute

type WeightsShape =
    {
        Units: int
        Layers: int
        Embedding: int
    }

    member this.Words = $"""{this.Units} units × {Display.counted this.Layers "layer"}"""

type Tensor = { Shape: int list; Values: float32[] }

type WeightCard =
    {
        Name: string
        Version: string
        License: string
        Provenance: string
    }

type LayerWeights =
    {
        Wmx: float32[]
        Wmh: float32[]
        Wx: float32[]
        Wh: float32[]
        B: float32[]
        Gmx: float32[]
        Gmh: float32[]
        Gx: float32[]
        Gh: float32[]
    }

[<Sealed>]
[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Weights
    (
        shape: WeightsShape,
        card: WeightCard,
        embed: float32[],
        layers: LayerWeights list,
        headW: float32[],
        headB: float32[]
    ) =
    member _.Shape = shape
    member _.Card = card
    member _.Embed = embed
    member _.Layers = layers
    member _.HeadW = headW
    member _.HeadB = headB
    member _.HasHead = headB.Length > 0

    member _.Summary = $"Weights of {card.Name}: {shape.Words}, {card.License}"

    override this.ToString() = this.Summary

    member _.ToHtml() =
        Display.properties
            $"Weights of {card.Name}"
            [
                "sizes", $"{shape.Words}, embedding of {shape.Embedding}"
                if headB.Length = 0 then
                    "head", "none"
                "version", card.Version
                "licence", card.License
                "from", card.Provenance
            ]

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

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
        | MissingArrays names ->
            let shown, rest = List.splitAt (min 12 names.Length) names
            let more = if rest.IsEmpty then "" else $" and {rest.Length} more"
            $"""missing: {shown |> List.map Quote.text |> String.concat ", "}{more}"""
        | UnexpectedShape(name, expected, found) ->
            $"{Quote.text name}: shape {shown expected} expected, {Quote.text (shown found)} found"
        | UnexpectedArray name -> $"{Quote.text name}: no model has such an array"
        | NotFinite(name, element) -> $"{Quote.text name}: element {element} is not a finite number"
        | TooLarge(name, reach) ->
            $"{Quote.text name}: its values are so large that vectors overflow (sums of up to {Display.short reach}); no trained model has such values"

    interface IError with
        member this.Message = this.Message


[<RequireQualifiedAccess>]
module Weights =
    let unknownLicense = "unknown"

    /// The name of an array of a layer.
    let private ofLayer (layer: int) name = "layer" + string layer + "." + name

    let private ofHead = [ "head.w"; "head.b" ]

    /// The arrays of a model of some shape with their shapes, in the order of files.
    let private layout hasHead (shape: WeightsShape) =
        let units = shape.Units
        let gates = 4 * units

        [
            "embed", [ 26; shape.Embedding ]
            for layer in 0 .. shape.Layers - 1 do
                let inputs = if layer = 0 then shape.Embedding else units
                ofLayer layer "wmx", [ inputs; units ]
                ofLayer layer "wmh", [ units; units ]
                ofLayer layer "wx", [ inputs; gates ]
                ofLayer layer "wh", [ units; gates ]
                ofLayer layer "b", [ gates ]
                ofLayer layer "gmx", [ units ]
                ofLayer layer "gmh", [ units ]
                ofLayer layer "gx", [ gates ]
                ofLayer layer "gh", [ gates ]
            if hasHead then
                "head.w", [ units; 25 ]
                "head.b", [ 25 ]
        ]

    /// The layer that an array's name speaks of.
    let private layerOf (name: string) =
        match name.StartsWith("layer", StringComparison.Ordinal), name.IndexOf '.' with
        | true, dot when dot > 5 ->
            match Int32.TryParse name[5 .. dot - 1] with
            | true, layer when layer >= 0 && layer < 1000 -> Some layer
            | _ -> None
        | _ -> None

    /// The sizes that the arrays agree on, as far as they can be seen: the head tells the units (or the first
    /// layer's gain), the embedding its width.
    let private sizes (tensors: Map<string, Tensor>) : WeightsShape option =
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
        | Some units, Some embedding ->
            Some
                {
                    Units = units
                    Layers = layers
                    Embedding = embedding
                }
        | _ -> None

    let private check (expected: Map<string, int list>) (tensors: Map<string, Tensor>) =
        [
            match
                [
                    for KeyValue(name, _) in expected do
                        if not (tensors.ContainsKey name) then
                            name
                ]
            with
            | [] -> ()
            | missing -> MissingArrays missing

            for KeyValue(name, tensor) in tensors do
                match expected.TryFind name with
                | None -> UnexpectedArray name
                | Some shape when
                    shape <> tensor.Shape || List.fold (*) 1 shape <> tensor.Values.Length
                    ->
                    UnexpectedShape(name, shape, tensor.Shape)
                | Some _ ->
                    let element = FloatArrays.CountFinite tensor.Values

                    if element < tensor.Values.Length then
                        NotFinite(name, element)
        ]

    let ofTensors card (tensors: Map<string, Tensor>) =
        match sizes tensors with
        | None ->
            "embed" :: ofHead
            |> List.filter (tensors.ContainsKey >> not)
            |> function
                | [] -> Error [ UnexpectedShape("head.w", [ 64; 25 ], tensors["head.w"].Shape) ]
                | missing -> Error [ MissingArrays missing ]
        | Some shape ->
            let hasHead = ofHead |> List.exists tensors.ContainsKey

            match check (Map.ofList (layout hasHead shape)) tensors with
            | [] ->
                let values name =
                    match tensors.TryFind name with
                    | Some tensor -> tensor.Values
                    // Only the arrays of a head may be missing.
                    | None -> [||]

                let layer index =
                    let values name = values (ofLayer index name)

                    {
                        Wmx = values "wmx"
                        Wmh = values "wmh"
                        Wx = values "wx"
                        Wh = values "wh"
                        B = values "b"
                        Gmx = values "gmx"
                        Gmh = values "gmh"
                        Gx = values "gx"
                        Gh = values "gh"
                    }

                Weights(
                    shape,
                    card,
                    values "embed",
                    List.init shape.Layers layer,
                    values "head.w",
                    values "head.b"
                )
                |> Ok
            | errors -> Error errors

    let toTensors (weights: Weights) =
        let values =
            [
                weights.Embed
                for layer in weights.Layers do
                    layer.Wmx
                    layer.Wmh
                    layer.Wx
                    layer.Wh
                    layer.B
                    layer.Gmx
                    layer.Gmh
                    layer.Gx
                    layer.Gh
                if weights.HasHead then
                    weights.HeadW
                    weights.HeadB
            ]

        List.map2
            (fun (name, shape) values -> name, { Shape = shape; Values = values })
            (layout weights.HasHead weights.Shape)
            values

    let ofArrays shape card embed layers headW headB =
        Weights(shape, card, embed, layers, headW, headB)

    let withCard card (weights: Weights) =
        Weights(weights.Shape, card, weights.Embed, weights.Layers, weights.HeadW, weights.HeadB)

    let renamed (rename: string -> string) error =
        match error with
        | MissingArrays names -> MissingArrays(List.map rename names)
        | UnexpectedShape(name, expected, found) -> UnexpectedShape(rename name, expected, found)
        | UnexpectedArray name -> UnexpectedArray(rename name)
        | NotFinite(name, element) -> NotFinite(rename name, element)
        | TooLarge(name, reach) -> TooLarge(rename name, reach)

    let noHead (card: WeightCard) =
        $"{Quote.text card.Name} has no language-model head: it gives vectors, but no logits or likelihoods, and it cannot be trained"
