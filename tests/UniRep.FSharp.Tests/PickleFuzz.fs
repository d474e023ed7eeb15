/// Pickles that were changed at random, the same every time.
module UniRep.Tests.PickleFuzz

open System
open System.IO
open UniRep
open UniRep.ModelFiles
open UniRep.Formats
open UniRep.Tests.PickleExamples
open Expecto
open UniRep.Testing

/// Instructions and numbers that open ways.
let private pieces =
    [|
        "h\000"
        "h\001"
        "j\255\255\255\127"
        "q\000"
        "r\255\255\000\000"
        "\x94"
        "("
        "t"
        "e"
        "u"
        "R"
        "b"
        "]"
        "}"
        "\x85"
        "\x87"
        "0"
        "1"
        "c_codecs\nencode\n"
        "cos\nsystem\n"
        "cnumpy\ndtype\n"
        "\x8c\006latin1"
        "\255\255\255\127"
        "\255\255\255\255"
        "\000\000\000\000"
        "B\255\255\255\127"
        "\x8e\255\255\255\255\255\255\255\127"
        "X\000\000\001\000"
        "."
    |]
    |> Array.map ascii

/// A place; mostly near the beginning, the end, or where an array ends, because the rest is numbers.
let private place (random: Random) (bytes: byte[]) =
    let near = 400

    match random.Next 4 with
    | 0 -> random.Next(bytes.Length + 1)
    | 1 -> bytes.Length - random.Next(min near bytes.Length)
    | 2 ->
        let from = random.Next bytes.Length
        let found = bytes.AsSpan(from).IndexOf(ReadOnlySpan "tb"B)

        if found < 0 then
            from
        else
            min bytes.Length (from + found + random.Next 80)
    | _ -> random.Next(min near bytes.Length)

let private splice at removed (added: byte[]) (bytes: byte[]) =
    Array.concat [ bytes[.. at - 1]; added; bytes[min bytes.Length (at + removed) ..] ]

let private changedOnce (random: Random) (bytes: byte[]) =
    if bytes.Length = 0 then
        bytes
    else
        let at = place random bytes
        let piece = pieces[random.Next pieces.Length]

        match random.Next 8 with
        | 0 -> bytes[.. at - 1]
        | 1 -> splice at 1 [| byte (random.Next 256) |] bytes
        | 2 -> splice at (random.Next 8) [||] bytes
        | 3 -> splice at 0 piece bytes
        | 4 -> splice at piece.Length piece bytes
        | 5 ->
            let most = if random.Next 100 = 0 then 500_000 else 2000
            splice at 0 (Array.concat (Array.replicate (random.Next most) piece)) bytes
        | 6 ->
            let from = place random bytes
            splice at 0 bytes[from .. from + random.Next 200] bytes
        | _ ->
            let from = place random bytes
            let slice = bytes[from .. from + random.Next 60]
            splice at 0 (Array.concat (Array.replicate (random.Next 300) slice)) bytes

let private changed seed (bytes: byte[]) =
    let random = Random seed
    let mutable bytes = bytes

    for _ in 0 .. random.Next 4 do
        bytes <- changedOnce random bytes

    bytes

/// How the reading of a pickle ends: as weights, or as an error with a message.
let private outcome (bytes: byte[]) =
    match Pickle.parse bytes with
    | Error error ->
        Assert.isTrue (Damage.isPlainLine (error.Message))
        error.GetType().Name
    | Ok value ->
        match JaxPickle.tensors bytes.Length value with
        | Error found ->
            Assert.isNotEmpty found
            "no model"
        | Ok tensors ->
            let card = WeightCards.ofName "it"

            match Weights.ofTensors card tensors with
            | Ok weights ->
                WeightBounds.check weights
                |> Option.iter (fun error -> Assert.isNotEmpty error.Message)

                "weights"
            | Error errors ->
                for error in errors do
                    Assert.isNotEmpty error.Message

                "other arrays"

/// How many pickles are tried; UNIREP_FUZZ asks for more.
let private count =
    match Environment.GetEnvironmentVariable "UNIREP_FUZZ" |> Int32.TryParse with
    | true, count -> count
    | _ -> 2000

[<Tests>]
let tests =
    testList
        "PickleFuzz"
        [
            testCase "changed pickles give weights or an error, and run nothing"
            <| fun () ->
                let tensors = Waves.tensors 5 2

                let examples =
                    [|
                        pickle 3 (array + ".")
                        pickle
                            4
                            "(K\001\x94K\002q\005h\000h\005](K\001K\002e}X\001\000\000\000kK\003st."
                        model (Waves.tensors 2 1) [ layer (Waves.tensors 2 1) 0 ]
                        model tensors [ layer tensors 0; layer tensors 1 ]
                        yield!
                            Environment.GetEnvironmentVariable "UNIREP_FUZZ_PICKLES"
                            |> Option.ofObj
                            |> Option.map (fun paths ->
                                paths.Split(Path.PathSeparator) |> Array.map File.ReadAllBytes)
                            |> Option.defaultValue [||]
                    |]

                let outcomes =
                    Seq.init count (fun seed ->
                        changed seed examples[seed % examples.Length] |> outcome)
                    |> Seq.countBy id
                    |> Map.ofSeq

                for KeyValue(outcome, number) in outcomes do
                    printfn $"{outcome}: {number}"

                Assert.equal count (Seq.sum outcomes.Values)
                Expect.isTrue (outcomes.ContainsKey "weights") "no change left a model whole"
                Expect.isTrue (outcomes.ContainsKey "OverBudget") "no change asked for too much"
        ]
