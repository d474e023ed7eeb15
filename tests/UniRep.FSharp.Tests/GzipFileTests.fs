module UniRep.Tests.GzipFileTests

open System
open System.Text
open UniRep
open UniRep.IO
open Expecto
open UniRep.Testing

let private read (path: string) =
    SequenceFile.read SequenceFile.defaults path
    |> Seq.map (Result.map (fun record -> record.Id, record.Sequence.Letters))
    |> List.ofSeq

let private isRefusedAtLast path =
    match List.tryLast (read path) with
    | Some(Error(InputError.BadGzip(file, _))) -> file = path
    | _ -> false

let private fasta count =
    let random = Random 7

    String.concat
        ""
        [
            for number in 1..count do
                let letters = String(random.GetItems("ACDEFGHIKLMNPQRSTVWY".AsSpan(), 200))
                $">r{number}\n{letters}\n"
        ]

[<Tests>]
let tests =
    testList
        "GzipFileTests"
        [
            testCase "every text format may be compressed"
            <| fun () ->
                use folder = new TestFolder()

                for name, text in
                    [
                        "a.fasta.gz", ">1\nMKT\n"
                        "a.fa.gz", ">1\nMKT\n"
                        "a.faa.gz", ">1\nMKT\n"
                        "a.a2m.gz", ">1\nm-kt\n"
                        "a.txt.gz", "MKT\n"
                        "a.csv.gz", "id,sequence\n1,MKT\n"
                        "a.tsv.gz", "id\tsequence\n1\tMKT\n"
                    ] do
                    let path = folder.WriteBytes(name, Gzip.compress (Encoding.UTF8.GetBytes text))
                    Assert.equal [ Ok("1", "MKT") ] (read path)

            testCase "members follow one another, an empty one and zeros at the end too"
            <| fun () ->
                use folder = new TestFolder()
                let first = Gzip.compress (Encoding.UTF8.GetBytes ">a\nMK\n>b\nG")
                let second = Gzip.compress (Encoding.UTF8.GetBytes "A\n")
                let nothing = Gzip.compress [||]
                let expected = [ Ok("a", "MK"); Ok("b", "GA") ]

                for pieces in
                    [
                        [ first; second ]
                        [ first; nothing; second; nothing ]
                        [ first; second; Array.zeroCreate 512 ]
                    ] do
                    let path = folder.WriteBytes("a.fasta.gz", Array.concat pieces)
                    Assert.equal expected (read path)

            testCase "a file cut anywhere ends in an error, after the records before the cut"
            <| fun () ->
                use folder = new TestFolder()
                let text = fasta 300
                let whole = Gzip.compress (Encoding.UTF8.GetBytes text)

                for length in
                    [ 0; 1; 2; 9; 10; 17; 18; 5000; whole.Length - 9 ]
                    @ [ whole.Length - 8 .. whole.Length - 1 ] do
                    let path = folder.WriteBytes("cut.fasta.gz", whole[.. length - 1])

                    Expect.isTrue
                        (isRefusedAtLast path)
                        $"cut at {length} of {whole.Length}: not noticed"

            testCase "a cut within the second member is noticed"
            <| fun () ->
                use folder = new TestFolder()
                let first = Gzip.compress (Encoding.UTF8.GetBytes ">a\nMK\n")
                let second = Gzip.compress (Encoding.UTF8.GetBytes(fasta 50))

                for length in [ 1; 12; second.Length / 2; second.Length - 4 ] do
                    let path =
                        folder.WriteBytes("cut.fasta.gz", Array.append first second[.. length - 1])

                    Expect.isTrue
                        (isRefusedAtLast path)
                        $"cut at {length} of the second member: not noticed"

            testCase "a changed byte is noticed"
            <| fun () ->
                use folder = new TestFolder()
                let whole = Gzip.compress (Encoding.UTF8.GetBytes(fasta 50))
                whole[whole.Length - 6] <- whole[whole.Length - 6] ^^^ 1uy
                let path = folder.WriteBytes("changed.fasta.gz", whole)

                Assert.isTrue (isRefusedAtLast path)

            testCase "what only claims to be compressed is refused"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("plain.fasta.gz", ">a\nMK\n")

                Assert.equal
                    [ Error(InputError.BadGzip(path, "it does not begin like a gzip file")) ]
                    (read path)

            testCase "a compressed table that is cut off is an error too"
            <| fun () ->
                use folder = new TestFolder()

                let rows = String.concat "" [ for number in 1..20000 -> $"{number},MKTAYIAKQR\n" ]

                let whole = Gzip.compress (Encoding.UTF8.GetBytes("id,sequence\n" + rows))
                let path = folder.WriteBytes("cut.csv.gz", whole[.. whole.Length / 2])

                Assert.isTrue (isRefusedAtLast path)
        ]
