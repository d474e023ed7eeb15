namespace UniRep.Tests

open System
open UniRep
open Expecto
open UniRep.Testing

/// The Torch backend for tests; they are skipped where libtorch is absent.
[<RequireQualifiedAccess>]
module TorchTestModels =
    /// One thread: on a busy machine the threads of libtorch wait for each other after every small product.
    let options =
        { TorchOptions.on TorchDevice.Cpu with
            Threads = 1
        }

    /// Skips the test with the reason unless libtorch is here.
    let require () =
        match Torch.tryLoad options with
        | Ok _ -> ()
        | Error error -> skiptest $"the Torch backend cannot run here: {error.Message}"

    let backendWith options =
        require ()
        Torch.backendWith options

    let backend () = backendWith options

    let load name =
        Model.load (backend ()) name |> Result.orRaise

    let ofWeights weights =
        Model.ofWeights (backend ()) weights |> Result.orRaise

    let ofWeightsWith options weights =
        Model.ofWeights (backendWith options) weights |> Result.orRaise

    /// Proteins by chance, of some lengths.
    let proteins (lengths: int list) =
        let random = Random 11

        lengths
        |> List.map (fun length ->
            Array.init length (fun _ -> "ACDEFGHIKLMNPQRSTVWY"[random.Next 20])
            |> String
            |> Golden.parse)

    /// Proteins of lengths in a mixed order.
    let mixed = proteins [ 3; 120; 1; 57; 57; 300; 18; 2; 121; 40 ]
