module UniRep.Tests.InflaterTests

open System
open System.IO
open System.IO.Compression
open FsCheck.FSharp
open UniRep
open UniRep.IO
open Expecto
open UniRep.Testing

/// What is decompressed, read in pieces of some size, and how many bytes of the input that took.
let private inflated (deflated: byte[]) piece =
    let bytes = CompressedBytes(new MemoryStream(deflated))
    let inflater = Inflater bytes
    use result = new MemoryStream()
    let buffer = Array.zeroCreate<byte> piece
    let mutable count = inflater.Read(buffer.AsSpan())

    while count > 0 do
        result.Write(buffer, 0, count)
        count <- inflater.Read(buffer.AsSpan())

    result.ToArray(), int bytes.Offset

let private deflate (level: CompressionLevel) (bytes: byte[]) =
    use target = new MemoryStream()

    do
        use deflater = new DeflateStream(target, level, true)
        deflater.Write(bytes, 0, bytes.Length)

    target.ToArray()

/// Random text over an alphabet of some size, with stretches that come again, near and far.
let private text =
    gen {
        let! seed = Gen.choose (0, Int32.MaxValue)
        let! length = Gen.elements [ 1; 300; 5_000; 40_000; 200_000 ]
        let! letters = Gen.elements [ 1; 2; 20; 256 ]
        let random = Random seed
        let bytes = Array.init length (fun _ -> byte (random.Next letters))

        for _ in 1 .. length / 500 do
            let count = random.Next(3, 400)

            if count < length then
                let source = random.Next(length - count)
                Array.Copy(bytes, source, bytes, random.Next(length - count), count)

        return bytes
    }

[<Tests>]
let tests =
    testList
        "InflaterTests"
        [
            testForMany 60 100 "what .NET deflates comes back, and nothing after it is taken" text
            <| fun (bytes: byte[]) ->
                [
                    CompressionLevel.NoCompression
                    CompressionLevel.Fastest
                    CompressionLevel.SmallestSize
                ]
                |> List.forall (fun level ->
                    let deflated = deflate level bytes

                    let result, taken = inflated (Array.append deflated [| 1uy; 2uy; 3uy |]) 70_000

                    taken = deflated.Length && result.AsSpan().SequenceEqual(bytes.AsSpan()))

            testCase "the size of the pieces does not matter"
            <| fun () ->
                let bytes = Array.init 100_000 (fun index -> byte (index * index % 23))
                let deflated = deflate CompressionLevel.Optimal bytes

                for piece in [ 1; 7; 4096; 1_000_000 ] do
                    Assert.equal bytes (fst (inflated deflated piece))

            // A block of the third kind, which there is not.
            // A stored block whose length and its complement do not agree.
            // Fixed codes: a match of three bytes when there is none to repeat.
            // Dynamic codes: 287 literals.
            // Dynamic codes whose numbers of bits make no prefix code.
            testTheory
                "data that are not deflated are told where"
                [
                    "07", "damaged at byte 0"
                    "010500fafe", "damaged at byte 4"
                    "030200", "damaged at byte 1"
                    "f5c08100", "damaged at byte 2"
                    "0500ffffffffff", "damaged at byte 6"
                    "", "cut off at byte 0"
                    "4b", "cut off at byte 1"
                ]
            <| fun (hexadecimal: string, expected: string) ->
                let error =
                    Assert.throws<InvalidDataException>(fun () ->
                        inflated (Convert.FromHexString hexadecimal) 100 |> ignore)

                Assert.equal expected error.Message

            testCase "damaged data are refused or decompressed as .NET does"
            <| fun () ->
                let random = Random 11
                let bytes = Array.init 3_000 (fun _ -> byte (random.Next 20))
                let whole = deflate CompressionLevel.Optimal bytes

                /// All that .NET decompresses, or None.
                let byDotNet (deflated: byte[]) =
                    use source =
                        new DeflateStream(new MemoryStream(deflated), CompressionMode.Decompress)

                    use target = new MemoryStream()

                    try
                        source.CopyTo target
                        Some(target.ToArray())
                    with :? InvalidDataException ->
                        None

                let byUs deflated =
                    try
                        Some(fst (inflated deflated 5_000))
                    with :? InvalidDataException ->
                        None

                let results =
                    [
                        for _ in 1..2000 do
                            let changed = Array.copy whole
                            let bit = random.Next(8 * changed.Length)
                            changed[bit / 8] <- changed[bit / 8] ^^^ (1uy <<< (bit % 8))
                            byUs changed, byDotNet changed
                    ]

                // .NET does not tell cut data from whole ones, so that ours may refuse what it takes.
                let differ =
                    results |> List.filter (fun (ours, theirs) -> ours.IsSome && ours <> theirs)

                Assert.isEmpty differ
                Assert.isTrue ((results |> List.filter (fun (ours, _) -> ours.IsSome)).Length > 100)
        ]
