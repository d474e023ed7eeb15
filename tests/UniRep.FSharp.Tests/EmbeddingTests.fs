module UniRep.Tests.EmbeddingTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Formats
open UniRep.IO
open UniRep.Training
open Expecto
open UniRep.Testing

let private fasta =
    ">first\nMKTAYIAKQRQ\n>second\nGSHM\n>third\nMKTAYIAKQRQISFVKSHFSRQ\n"

let private request (folder: TestFolder) text output =
    {
        Input = EmbeddingInput.File(folder.WriteText("in.fasta", text))
        Reading = SequenceFile.defaults
        SkipInvalid = false
        Target = EmbeddingTarget.File(folder.Path output, false)
        Format = RepFile.formatOf output |> Option.get
        Content = OutputContent.Pooled [ Pool.Average ]
        Program = "test"
    }

let private run model request =
    Embedding.embed RunOptions.none model request

[<Tests>]
let tests =
    testList
        "EmbeddingTests"
        [
            testCase "a file becomes a file of vectors in one call"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend
                let input = folder.WriteText("in.fasta", fasta)

                match Embedding.file model input (folder.Path "out.csv") with
                | Error error -> failtest error.Message
                | Ok summary ->
                    Assert.equal 3L summary.Input.Records
                    Assert.equal 37L summary.Input.Residues

                    Assert.equal
                        [| "first"; "second"; "third" |]
                        (File.ReadAllLines(folder.Path "out.csv")
                         |> Array.tail
                         |> Array.map (fun line -> (line.Split ',')[0]))

            testCase "a format that holds one array gets the average"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend
                let input = folder.WriteText("in.fasta", fasta)
                Embedding.file model input (folder.Path "out.npy") |> Result.orRaise |> ignore
                let average = Npy.parse (File.ReadAllBytes(folder.Path "out.npy")) |> Result.orRaise
                Assert.equal [ 3; FakeBackend.units ] average.Shape

            testCase "a file is free again when the output cannot be opened"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend
                let input = folder.WriteText("in.fasta", fasta)

                match Embedding.file model input (folder.Path "none/out.npz") with
                | Error(EmbeddingError.BadOutput _) ->
                    use opened =
                        new FileStream(input, FileMode.Open, FileAccess.ReadWrite, FileShare.None)

                    Assert.isTrue opened.CanWrite
                | other -> failtest $"%A{other}"

            testCase "a stream is embedded into a stream"
            <| fun () ->
                use model = FakeBackend.model FakeBackend.backend
                use input = new MemoryStream(Text.Encoding.UTF8.GetBytes fasta)
                use output = new MemoryStream()

                let request: EmbeddingRequest =
                    {
                        Input = EmbeddingInput.Stream("input", input)
                        Reading = SequenceFile.defaults
                        SkipInvalid = false
                        Target = EmbeddingTarget.Stream("output", output)
                        Format = OutputFormat.JsonLines
                        Content = OutputContent.Pooled [ Pool.Average ]
                        Program = "test"
                    }

                match run model request with
                | Error error -> failtest error.Message
                | Ok summary ->
                    Assert.equal 3L summary.Input.Records
                    let lines = Text.Encoding.UTF8.GetString(output.ToArray()).Trim().Split '\n'
                    Assert.equal 3 lines.Length

            testCase "bad records are all told before anything is computed"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend
                let wrong = fasta + ">fourth\nMK1\n>fifth\nM?\n"

                match run model (request folder wrong "out.npz") with
                | Error(EmbeddingError.BadInput(errors, 2L) as error) ->
                    Assert.equal 2 errors.Length
                    Assert.equal 2 (error.Message.Split('\n').Length)
                    Assert.equal [ "in.fasta" ] folder.Names
                | other -> failtest $"%A{other}"

            testCase "bad records are left out where that is asked for"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend

                let request =
                    { request folder (fasta + ">fourth\nMK1\n") "out.csv" with
                        SkipInvalid = true
                    }

                match run model request with
                | Ok summary ->
                    Assert.equal 3L summary.Input.Records
                    Assert.equal 1L summary.Input.BadRecords
                | Error error -> failtest error.Message

            testCase "nothing is left to embed if every record is left out"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend

                let request =
                    { request folder ">a\nM1\n" "out.csv" with
                        SkipInvalid = true
                    }

                match run model request with
                | Error(EmbeddingError.NothingLeft _) -> Assert.equal [ "in.fasta" ] folder.Names
                | other -> failtest $"%A{other}"

            testCase "values that are not finite are refused, and leave no file"
            <| fun () ->
                for bad in [ nanf; infinityf; -infinityf ] do
                    for place in 0..2 do
                        use folder = new TestFolder()

                        let damage vector (values: float32[]) =
                            if vector = place then [| values[0]; bad |] else values

                        use model = FakeBackend.model (FakeBackend.changed damage)

                        match run model (request folder fasta "out.npz") with
                        | Error(EmbeddingError.NotFinite "first" as error) ->
                            Assert.equal
                                "record 'first': the model gives values that are not finite: its weights are damaged"
                                error.Message

                            Assert.equal [ "in.fasta" ] folder.Names
                        | other -> failtest $"%A{other}"

            testCase "an output that exists is kept"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend
                folder.WriteText("out.npz", "precious") |> ignore

                match run model (request folder fasta "out.npz") with
                | Error(EmbeddingError.BadOutput(OutputError.AlreadyExists _)) ->
                    Assert.equal "precious" (File.ReadAllText(folder.Path "out.npz"))
                | other -> failtest $"%A{other}"

            testCase "a failure to write is told with the output's name"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend
                let request = request folder fasta "out.npz"

                let observer =
                    { Embedding.silent with
                        BeforeWrite = fun () -> raise (IOException "No space left on device")
                    }

                let result =
                    Embedding.check CancellationToken.None request
                    |> Result.bind (fun input ->
                        use input = input
                        Embedding.run RunOptions.none observer request model input)

                match result with
                | Error(EmbeddingError.NotWritable(path, "No space left on device")) ->
                    Assert.equal (folder.Path "out.npz") path
                    Assert.equal [ "in.fasta" ] folder.Names
                | other -> failtest $"%A{other}"

            testCase "a cancelled embedding leaves nothing"
            <| fun () ->
                use folder = new TestFolder()
                use model = FakeBackend.model FakeBackend.backend
                let request = request folder fasta "out.npz"
                use stopping = new CancellationTokenSource()

                let observer =
                    { Embedding.silent with
                        BeforeWrite = stopping.Cancel
                    }

                let cancelled =
                    Assert.throws<OperationCanceledException>(fun () ->
                        Embedding.check CancellationToken.None request
                        |> Result.bind (fun input ->
                            use input = input

                            Embedding.run
                                (RunOptions.cancelledBy stopping.Token)
                                observer
                                request
                                model
                                input)
                        |> ignore)

                Assert.isFalse (isNull (box cancelled))
                Assert.equal [ "in.fasta" ] folder.Names
        ]
