module UniRep.Torch.Tests.Main

open System.Reflection
open UniRep.Testing

// libtorch has threads of its own: tests beside each other wait for each other's.
[<EntryPoint>]
let main arguments =
    Assembly.GetExecutingAssembly()
    |> TestDiscovery.testsOf
    |> TestDiscovery.oneAfterAnother
    |> TestPlatform.run arguments
