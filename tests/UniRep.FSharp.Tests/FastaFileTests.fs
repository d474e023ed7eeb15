module UniRep.Tests.FastaFileTests

open System
open System.IO
open Expecto
open UniRep
open UniRep.IO
open UniRep.Testing

let private sequence text = Sequence.parse text |> Result.orRaise

let private long = sequence (String('A', 81))

let private expected = $">one 1\n{String('A', 80)}\nA\n>two\nMK\n"

let private write (writer: FastaWriter) =
    writer.Write("one\n1", long)
    writer.Write("two", sequence "MK")
    writer.Complete()

[<Tests>]
let tests =
    testList
        "FastaFile"
        [
            testCase "a file has its final name once it is complete, and is not replaced unasked"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "out.fasta"

                do
                    use abandoned = FastaFile.create (Some path) Stream.Null false |> Result.orRaise

                    abandoned.Write("one", long)

                    match FastaFile.create (Some path) Stream.Null false with
                    | Ok _ -> failtest "two runs write one file"
                    | Error error -> Assert.equal (OutputError.Busy path) error

                Assert.equal [] folder.Names

                do
                    use writer = FastaFile.create (Some path) Stream.Null false |> Result.orRaise

                    write writer

                Assert.equal expected (File.ReadAllText path)

                match FastaFile.create (Some path) Stream.Null false with
                | Ok _ -> failtest "the file is replaced"
                | Error error -> Assert.equal (OutputError.AlreadyExists path) error

                do
                    use writer = FastaFile.create (Some path) Stream.Null true |> Result.orRaise

                    writer.Write("two", sequence "MK")
                    writer.Complete()

                Assert.equal ">two\nMK\n" (File.ReadAllText path)
                Assert.equal [ "out.fasta" ] folder.Names

            testCase "a stream gets the text and stays open"
            <| fun () ->
                use stream = new MemoryStream()

                do
                    use writer = FastaFile.create None stream false |> Result.orRaise
                    write writer

                Assert.equal expected (Text.Encoding.UTF8.GetString(stream.ToArray()))
                Assert.isTrue stream.CanWrite

            testCase "a place that cannot be is refused"
            <| fun () ->
                use folder = new TestFolder()

                for path in [ folder.Path "."; folder.Path "none/out.fasta" ] do
                    match FastaFile.create (Some path) Stream.Null true with
                    | Error(OutputError.NotWritable(name, _)) -> Assert.equal path name
                    | other -> failtest $"{other}"
        ]
