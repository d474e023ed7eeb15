module UniRep.Tests.UnionTests

open System
open FSharp.Reflection
open UniRep
open UniRep.Charts
open Expecto
open UniRep.Testing

let private isUnion (candidate: Type) = FSharpType.IsUnion(candidate, true)

/// A union, but not one of the classes that hold its cases.
let private isDeclared (candidate: Type) =
    isUnion candidate
    && (match candidate.DeclaringType with
        | null -> true
        | outer -> not (isUnion outer))

[<Tests>]
let tests =
    testList
        "UnionTests"
        [
            testCase
                "cases of unions, which are common words, are written with the name of the union"
            <| fun () ->
                let unions =
                    [ typeof<Rep>.Assembly; typeof<Chart>.Assembly ]
                    |> Seq.collect _.GetTypes()
                    |> Seq.filter isDeclared
                    |> List.ofSeq

                Assert.has (typeof<Colours>) unions

                Assert.isEmpty (
                    unions
                    |> List.filter (fun union ->
                        not (union.IsDefined(typeof<RequireQualifiedAccessAttribute>, false)))
                )
        ]
