module UniRep.Testing.Main

open System
open System.Reflection

[<EntryPoint>]
let main arguments =
    match Environment.GetEnvironmentVariable Sample.variable with
    | null -> TestPlatform.main (Assembly.GetExecutingAssembly()) arguments
    | sample -> TestPlatform.run arguments (Sample.named sample)
