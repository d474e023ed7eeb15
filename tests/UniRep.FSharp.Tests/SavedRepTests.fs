module UniRep.Tests.SavedRepTests

open System
open System.IO
open UniRep
open UniRep.IO
open Expecto
open UniRep.Testing

let private rep seed : Rep =
    let values from =
        Array.init 3 (fun index -> float32 (from + index) / 8.0f)

    {
        Average = values seed
        Final = values (seed + 10)
        Cell = values (seed + 20)
    }

let private records (folder: TestFolder) =
    folder.WriteText("in.csv", "id,sequence,score\na,MKT,0.5\nb,GG,NA\n")
    |> SequenceTable.load
    |> Result.orRaise
    |> _.Records

/// The records of a file, each with a representation.
let private pairs folder =
    records folder |> Array.mapi (fun index record -> record, rep (100 * index))

/// What the writer of a format makes of the same.
let private expected (folder: TestFolder) format pools columns =
    let path = folder.Path "expected"

    let write (writer: RepWriter) =
        for record, rep in pairs folder do
            let output =
                UniRep.Compute.SequenceOutput(
                    Length = record.Sequence.Length,
                    Average = ReadOnlySpan rep.Average,
                    Final = ReadOnlySpan rep.Final,
                    Cell = ReadOnlySpan rep.Cell
                )

            writer.Write(record.Id, (if List.isEmpty columns then [||] else record.Kept), &output)

        writer.Complete "{}"

    use writer =
        RepFile.createWithColumns
            columns
            (Some path)
            Stream.Null
            format
            (OutputContent.Pooled pools)
            3
            true
        |> Result.orRaise

    write writer
    File.ReadAllBytes path

[<Tests>]
let tests =
    testList
        "SavedRepTests"
        [
            testCase "records and their representations become a file of any format"
            <| fun () ->
                use folder = new TestFolder()

                for format in OutputFormat.all do
                    let path = folder.Path $"out{format.Extensions.Head}"
                    let pools = OutputFormat.usualPools format
                    Assert.equal (Ok []) (RepFile.save path (pairs folder))
                    Assert.equal (expected folder format pools [ "score" ]) (File.ReadAllBytes path)

            testCase "reading, computing and saving are one line"
            <| fun () ->
                use folder = new TestFolder()
                let input = folder.WriteText("in.fasta", ">a\nMKT\n>b\nGG\n")
                let output = folder.Path "out.csv"

                let compute =
                    Array.map (fun (record: SequenceRecord) -> record, rep record.Sequence.Length)

                let saved =
                    SequenceFile.load input
                    |> Result.map compute
                    |> Result.bind (RepFile.save output)

                Assert.equal (Ok []) saved

                Assert.equal
                    [|
                        "id,length,average_0,average_1,average_2,final_0,final_1,final_2,cell_0,cell_1,cell_2"
                        "a,3,0.375,0.5,0.625,1.625,1.75,1.875,2.875,3,3.125"
                        "b,2,0.25,0.375,0.5,1.5,1.625,1.75,2.75,2.875,3"
                    |]
                    (File.ReadAllLines output)

            testCase "options choose format, vectors and overwriting"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.WriteText("out.dat", "precious")

                let options =
                    { RepFile.saving with
                        Format = Some OutputFormat.CsvTable
                        Pools = Some [ Pool.Cell ]
                    }

                Assert.equal
                    (Error(FileError.Output(OutputError.AlreadyExists path)))
                    (RepFile.saveWith options path (pairs folder))

                Assert.equal "precious" (File.ReadAllText path)

                Assert.equal
                    (Ok [])
                    (RepFile.saveWith { options with Overwrite = true } path (pairs folder))

                Assert.equal "id,length,score,cell_0,cell_1,cell_2" (File.ReadAllLines(path)[0])

            testCase "sequences from no file are saved with their ids"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "out.tsv"
                let sequence = Sequence.parse "MKT" |> Result.orRaise
                Assert.equal (Ok []) (RepFile.saveNamed path [ "one", sequence, rep 0 ])
                Assert.startsWith "one\t3\t0\t0.125\t" (File.ReadAllLines(path)[1])

            testCase "what a format cannot hold is a warning"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "out.tsv"
                let sequence = Sequence.parse "MKT" |> Result.orRaise

                Assert.equal
                    (Ok
                        [
                            "1 ids or cells hold tabs or line breaks, which a TSV cannot: they are written as blanks"
                        ])
                    (RepFile.saveNamed
                        path
                        [ "one\ttwo", sequence, rep 0; "three", sequence, rep 0 ])

                Assert.startsWith "one two\t3\t" (File.ReadAllLines(path)[1])

            testCase "what cannot be saved is an error, and leaves nothing"
            <| fun () ->
                use folder = new TestFolder()
                let pairs = pairs folder
                let before = folder.Names

                let error name reps =
                    match RepFile.save (folder.Path name) reps with
                    | Ok _ -> "saved"
                    | Error error ->
                        error.Message.Replace(
                            folder.Path "" + string Path.DirectorySeparatorChar,
                            ""
                        )

                Assert.equal
                    "out.h5: unknown extension; known are .npz .npy .csv .tsv .jsonl .safetensors"
                    (error "out.h5" pairs)

                Assert.equal
                    "out.npz: not written, as there are no representations"
                    (error "out.npz" Seq.empty)

                Assert.startsWith
                    "none/out.npz: cannot be written: there is no folder"
                    (error "none/out.npz" pairs)

                Assert.equal before folder.Names

            testCase "an exception of the caller's sequence leaves nothing"
            <| fun () ->
                use folder = new TestFolder()
                let pairs = pairs folder
                let before = folder.Names

                let broken =
                    seq {
                        yield! pairs
                        raise (IOException "the network is gone")
                    }

                let raised =
                    Assert.throws<IOException>(fun () ->
                        RepFile.save (folder.Path "out.csv") broken |> ignore)

                Assert.equal "the network is gone" raised.Message
                Assert.equal before folder.Names

            testCase "representations of several sizes are a mistake of the program"
            <| fun () ->
                use folder = new TestFolder()
                let record = (records folder)[0]
                let small = { rep 0 with Average = [| 1.0f |] }

                Assert.throws<ArgumentException>(fun () ->
                    RepFile.save (folder.Path "out.csv") [ record, rep 0; record, small ] |> ignore)
                |> ignore
        ]
