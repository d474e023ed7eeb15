module UniRep.Tests.GzipDamageTests

open System
open System.IO
open System.Text
open UniRep
open UniRep.IO
open UniRep.Tests.GzipDamage
open Expecto
open UniRep.Testing

let private fasta count =
    let random = Random 5

    String.concat
        ""
        [
            for number in 1..count do
                let letters = String(random.GetItems("ACDEFGHIKLMNPQRSTVWY".AsSpan(), 150))
                $">r{number}\n{letters}\n"
        ]

let private read (bytes: byte[]) =
    use stream = new MemoryStream(bytes)

    SequenceFile.readStream
        { SequenceFile.defaults with
            Format = Some InputFormat.Fasta
        }
        "it"
        stream
    |> Seq.map (Result.map (fun record -> record.Id, record.Sequence.Letters))
    |> List.ofSeq

let private failure (bytes: byte[]) =
    match List.tryLast (read bytes) with
    | Some(Error error) -> error.Message
    | _ -> "whole"

let private isFailure results = List.exists Result.isError results

/// Damages that are neither noticed nor without effect, of so many.
let private silent count random (example: GzipExample) expected damage =
    [
        for _ in 1..count do
            let damaged: byte[] = damage random example
            let results = read damaged

            if not (isFailure results) && results <> expected then
                damaged
    ]

/// A member of which every part may be given.
let private gzipOf flags (optional: byte[]) (text: string) =
    let bytes = Encoding.UTF8.GetBytes text
    let gzip = Gzip.compress bytes
    Array.concat [ gzip[..2]; [| flags |]; gzip[4..9]; optional; gzip[10..] ]

[<Tests>]
let tests =
    testList
        "GzipDamageTests"
        [
            testCase "no damage to a compressed file changes what is read without an error"
            <| fun () ->
                let text = fasta 400
                let expected = read (Encoding.UTF8.GetBytes text)

                for example in examples text do
                    Assert.equal expected (read example.Bytes)

                    for kind, damage in kinds do
                        let found = silent 40 (Random 3) example expected damage

                        Expect.isTrue
                            found.IsEmpty
                            $"{example.Name}, {kind}: {found.Length} of 40 not noticed"

            testCase "a proteome that is damaged is never read as another one"
            <| fun () ->
                let path = TestFiles.sharedPath "corpora/proteomes/ecoli_K12_UP000000625.fasta"
                let text = File.ReadAllText path
                let expected = read (Encoding.UTF8.GetBytes text)

                let count = 2

                for example in examples text do
                    for kind, damage in kinds do
                        let random = Random 17
                        let found = silent count random example expected damage

                        Expect.isTrue
                            found.IsEmpty
                            $"{example.Name}, {kind}: {found.Length} of {count} not noticed"

            testCase "a BGZF file without its end block is cut off"
            <| fun () ->
                let bgzf = List.last (examples (fasta 400))
                let end' = bgzf.Bytes.Length - bgzfEnd.Length

                Assert.equal
                    $"it: bad gzip file: cut off at byte {end'}: the empty block at the end of a BGZF file is missing: fetch or compress it again"
                    (failure bgzf.Bytes[.. end' - 1])

                // The same with zeros in its place.
                Assert.contains
                    $"cut off at byte {end'}: the empty block"
                    (failure (
                        Array.append bgzf.Bytes[.. end' - 1] (Array.zeroCreate bgzfEnd.Length)
                    ))

            testCase "BGZF files that are joined, and plain members after them, are whole"
            <| fun () ->
                let text = ">a\nMK\n"
                let plain = Gzip.compress (Encoding.UTF8.GetBytes ">b\nGG\n")
                let bgzf = Array.append (bgzfBlock (Encoding.UTF8.GetBytes text)) bgzfEnd

                for pieces, count in
                    [ [ bgzf; bgzf ], 2; [ bgzf; plain ], 2; [ plain; bgzf; plain; bgzf ], 4 ] do
                    let results = read (Array.concat pieces)
                    Assert.equal count results.Length
                    Assert.isTrue (List.forall Result.isOk results)

            testCase "all that a header may hold is passed over, and its checksum is compared"
            <| fun () ->
                let text = ">a\nMK\n"
                let extra = [| 3uy; 0uy; 1uy; 2uy; 3uy |]
                let name = Encoding.Latin1.GetBytes "a.fasta\000"
                let comment = Encoding.Latin1.GetBytes "made by hand\000"
                let plain = Gzip.compress (Encoding.UTF8.GetBytes text)

                let header =
                    Array.concat [ plain[..2]; [| 0x1Fuy |]; plain[4..9]; extra; name; comment ]

                let checksum = crc32 header
                let ending = [| byte checksum; byte (checksum >>> 8) |]
                let all = Array.concat [ extra; name; comment ]
                let whole: Result<string * string, InputError> list = [ Ok("a", "MK") ]
                Assert.equal whole (read (gzipOf 0x1Duy all text))

                Assert.equal whole (read (gzipOf 0x1Fuy (Array.append all ending) text))

                Assert.equal
                    "it: bad gzip file: the header of the gzip member at byte 0 has a wrong checksum: fetch or compress it again"
                    (failure (
                        gzipOf 0x1Fuy (Array.append all [| ending[0]; ending[1] ^^^ 1uy |]) text
                    ))

                Assert.equal
                    "it: bad gzip file: damaged at byte 0: the header of a gzip member has unknown values: fetch or compress it again"
                    (failure (gzipOf 0x20uy [||] text))

            testCase "a wrong checksum and a wrong length are called so, with their member"
            <| fun () ->
                let first = Gzip.compress (Encoding.UTF8.GetBytes ">a\nMK\n")

                for from, what in [ 8, "checksum"; 4, "length" ] do
                    let second = Gzip.compress (Encoding.UTF8.GetBytes ">b\nGG\n")
                    let at = second.Length - from
                    second[at] <- second[at] ^^^ 1uy

                    Assert.equal
                        $"it: bad gzip file: wrong {what}: the gzip member at byte {first.Length} does not hold what was compressed: fetch or compress it again"
                        (failure (Array.append first second))

            testCase "what follows the last member is told by its place"
            <| fun () ->
                let gzip = Gzip.compress (Encoding.UTF8.GetBytes ">a\nMK\n")

                for ending, message in
                    [
                        [| 0x1Fuy; 0uy; 0uy |], "no gzip member begins there"
                        Encoding.UTF8.GetBytes ">b\n", "what follows there is not gzip"
                        [| 0uy; 0uy; 1uy |], "zeros where a gzip member should begin"
                    ] do
                    Assert.contains
                        $"damaged at byte {gzip.Length}: {message}"
                        (failure (Array.append gzip ending))

            testCase "a cut file filled with zeros is called cut off"
            <| fun () ->
                let gzip = Gzip.compress (Encoding.UTF8.GetBytes(fasta 300))

                for length in [ 4; 10; 11; 500; gzip.Length / 2; gzip.Length - 8; gzip.Length - 4 ] do
                    let cut =
                        Array.append gzip[.. length - 1] (Array.zeroCreate (gzip.Length - length))

                    Assert.contains "cut off" (failure cut)

            testCase "a million empty members take no more stack than one"
            <| fun () ->

                let bytes =
                    Array.concat
                        [ yield! Seq.replicate 1_000_000 bgzfEnd; Gzip.compress ">a\nMK\n"B ]

                Assert.equal [ Ok("a", "MK") ] (read bytes)

            testCase "a gzip file within a gzip file is named"
            <| fun () ->
                let twice = Gzip.compress (Gzip.compress ">a\nMK\n"B)

                Assert.equal
                    "it: this is gzip within gzip, which cannot be read: give the sequences as FASTA or as a table"
                    (failure twice)
        ]
