module UniRep.Tests.UnionTests

open System
open FSharp.Reflection
open UniRep
open UniRep.Charts
open Xunit

let private isUnion (candidate: Type) = FSharpType.IsUnion(candidate, true)

/// A union, but not one of the classes that hold its cases.
let private isDeclared (candidate: Type) =
    isUnion candidate
    && (match candidate.DeclaringType with
        | null -> true
        | outer -> not (isUnion outer))

[<Fact>]
let ``cases of unions, which are common words, are written with the name of the union`` () =
    let unions =
        [ typeof<Rep>.Assembly; typeof<Chart>.Assembly ]
        |> Seq.collect _.GetTypes()
        |> Seq.filter isDeclared
        |> List.ofSeq

    Assert.Contains(typeof<Colours>, unions)

    Assert.Empty(
        unions
        |> List.filter (fun union ->
            not (union.IsDefined(typeof<RequireQualifiedAccessAttribute>, false)))
    )
