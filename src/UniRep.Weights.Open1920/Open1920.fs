namespace UniRep

open System.Reflection
open System.Resources
open UniRep.ModelFiles

[<AutoOpen>]
module Open1920 =
    [<RequireQualifiedAccess>]
    module Weights =
        let private resource = "open-1920.safetensors"

        [<CompiledName "Load">]
        let open1920 () =
            match Assembly.GetExecutingAssembly().GetManifestResourceStream resource with
            | null -> raise (MissingManifestResourceException resource)
            | stream ->
                use stream = stream

                match WeightFile.loadStream "open-1920" stream with
                | Ok loaded -> loaded.Weights
                | Error error -> raise (UniRepException("Unreadable", error.Message))
