namespace UniRep.Tests

open UniRep
open Xunit

/// The Torch backend for tests; they are skipped where libtorch is absent.
[<RequireQualifiedAccess>]
module TorchTestModels =
    let options = TorchOptions.on TorchDevice.Cpu

    /// Skips the test with the reason unless libtorch is here.
    let require () =
        match Torch.tryLoad options with
        | Ok _ -> ()
        | Error error -> Assert.Skip $"the Torch backend cannot run here: {error.Message}"

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
