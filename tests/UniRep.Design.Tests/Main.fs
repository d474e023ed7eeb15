module UniRep.Design.Tests.Main

open System.Reflection
open UniRep.Testing

[<EntryPoint>]
let main arguments =
    TestPlatform.main (Assembly.GetExecutingAssembly()) arguments
