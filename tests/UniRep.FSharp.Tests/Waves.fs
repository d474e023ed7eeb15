/// Weights by formula, so that any size can be tested without a file.
module UniRep.Tests.Waves

open UniRep

let private card =
    {
        Name = "waves"
        Version = "1"
        License = "MIT"
        Provenance = "by formula"
    }

/// Element k of array n: offset + scale · sin(0.7548776662466927 · (n + 1) · (k + 1) + n), in float64, then float32.
let private wave n offset scale (shape: int list) =
    {
        Shape = shape
        Values =
            Array.init (List.fold (*) 1 shape) (fun k ->
                float n + 0.7548776662466927 * float (n + 1) * float (k + 1)
                |> sin
                |> (*) scale
                |> (+) offset
                |> float32)
    }

let tensors units layers =
    let gates = 4 * units

    [
        yield "embed", 0.0, 1.0, [ 26; 10 ]
        for layer in 0 .. layers - 1 do
            let inputs = if layer = 0 then 10 else units
            let name = sprintf "layer%d.%s" layer
            yield name "wmx", 0.0, 1.0, [ inputs; units ]
            yield name "wmh", 0.0, 1.0, [ units; units ]
            yield name "wx", 0.0, 1.0, [ inputs; gates ]
            yield name "wh", 0.0, 1.0, [ units; gates ]
            yield name "b", 0.5, 0.5, [ gates ]
            yield name "gmx", 1.5, 0.5, [ units ]
            yield name "gmh", 1.5, 0.5, [ units ]
            yield name "gx", 1.0, 0.5, [ gates ]
            yield name "gh", 0.5, 1.0, [ gates ]
        yield "head.w", 0.0, 0.2, [ units; 25 ]
        yield "head.b", 0.0, 0.5, [ 25 ]
    ]
    |> List.mapi (fun index (name, offset, scale, shape) ->
        name, wave (index + 1) offset scale shape)
    |> Map.ofList

let weights units layers =
    match Weights.ofTensors card (tensors units layers) with
    | Ok weights -> weights
    | Error errors -> invalidOp (String.concat "; " (errors |> List.map _.Message))
