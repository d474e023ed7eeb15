module UniRep.Tests.EmbeddingTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.Formats
open UniRep.IO
open UniRep.Training
open Xunit

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

[<Fact>]
let ``a file becomes a file of vectors in one call`` () =
    use folder = new TestFolder()
    use model = FakeBackend.model FakeBackend.backend
    let input = folder.WriteText("in.fasta", fasta)

    match Embedding.file model input (folder.Path "out.csv") with
    | Error error -> Assert.Fail error.Message
    | Ok summary ->
        Assert.Equal(3L, summary.Input.Records)
        Assert.Equal(37L, summary.Input.Residues)

        Assert.Equal<string[]>(
            [| "first"; "second"; "third" |],
            File.ReadAllLines(folder.Path "out.csv")
            |> Array.tail
            |> Array.map (fun line -> (line.Split ',')[0])
        )

[<Fact>]
let ``a format that holds one array gets the average`` () =
    use folder = new TestFolder()
    use model = FakeBackend.model FakeBackend.backend
    let input = folder.WriteText("in.fasta", fasta)
    Embedding.file model input (folder.Path "out.npy") |> Result.orRaise |> ignore
    let average = Npy.parse (File.ReadAllBytes(folder.Path "out.npy")) |> Result.orRaise
    Assert.Equal<int list>([ 3; FakeBackend.units ], average.Shape)

[<Fact>]
let ``a file is free again when the output cannot be opened`` () =
    use folder = new TestFolder()
    use model = FakeBackend.model FakeBackend.backend
    let input = folder.WriteText("in.fasta", fasta)

    match Embedding.file model input (folder.Path "none/out.npz") with
    | Error(EmbeddingError.BadOutput _) ->
        use opened =
            new FileStream(input, FileMode.Open, FileAccess.ReadWrite, FileShare.None)

        Assert.True opened.CanWrite
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``a stream is embedded into a stream`` () =
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
    | Error error -> Assert.Fail error.Message
    | Ok summary ->
        Assert.Equal(3L, summary.Input.Records)
        let lines = Text.Encoding.UTF8.GetString(output.ToArray()).Trim().Split '\n'
        Assert.Equal(3, lines.Length)

[<Fact>]
let ``bad records are all told before anything is computed`` () =
    use folder = new TestFolder()
    use model = FakeBackend.model FakeBackend.backend
    let wrong = fasta + ">fourth\nMK1\n>fifth\nM?\n"

    match run model (request folder wrong "out.npz") with
    | Error(EmbeddingError.BadInput(errors, 2L) as error) ->
        Assert.Equal(2, errors.Length)
        Assert.Equal(2, error.Message.Split('\n').Length)
        Assert.Equal<string list>([ "in.fasta" ], folder.Names)
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``bad records are left out where that is asked for`` () =
    use folder = new TestFolder()
    use model = FakeBackend.model FakeBackend.backend

    let request =
        { request folder (fasta + ">fourth\nMK1\n") "out.csv" with
            SkipInvalid = true
        }

    match run model request with
    | Ok summary ->
        Assert.Equal(3L, summary.Input.Records)
        Assert.Equal(1L, summary.Input.BadRecords)
    | Error error -> Assert.Fail error.Message

[<Fact>]
let ``nothing is left to embed if every record is left out`` () =
    use folder = new TestFolder()
    use model = FakeBackend.model FakeBackend.backend

    let request =
        { request folder ">a\nM1\n" "out.csv" with
            SkipInvalid = true
        }

    match run model request with
    | Error(EmbeddingError.NothingLeft _) -> Assert.Equal<string list>([ "in.fasta" ], folder.Names)
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``values that are not finite are refused, and leave no file`` () =
    for bad in [ nanf; infinityf; -infinityf ] do
        for place in 0..2 do
            use folder = new TestFolder()

            let damage vector (values: float32[]) =
                if vector = place then [| values[0]; bad |] else values

            use model = FakeBackend.model (FakeBackend.changed damage)

            match run model (request folder fasta "out.npz") with
            | Error(EmbeddingError.NotFinite "first" as error) ->
                Assert.Equal(
                    "record 'first': the model gives values that are not finite: its weights are damaged",
                    error.Message
                )

                Assert.Equal<string list>([ "in.fasta" ], folder.Names)
            | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``an output that exists is kept`` () =
    use folder = new TestFolder()
    use model = FakeBackend.model FakeBackend.backend
    folder.WriteText("out.npz", "precious") |> ignore

    match run model (request folder fasta "out.npz") with
    | Error(EmbeddingError.BadOutput(OutputError.AlreadyExists _)) ->
        Assert.Equal("precious", File.ReadAllText(folder.Path "out.npz"))
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``a failure to write is told with the output's name`` () =
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
        Assert.Equal(folder.Path "out.npz", path)
        Assert.Equal<string list>([ "in.fasta" ], folder.Names)
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``a cancelled embedding leaves nothing`` () =
    use folder = new TestFolder()
    use model = FakeBackend.model FakeBackend.backend
    let request = request folder fasta "out.npz"
    use stopping = new CancellationTokenSource()

    let observer =
        { Embedding.silent with
            BeforeWrite = stopping.Cancel
        }

    let cancelled =
        Assert.ThrowsAny<OperationCanceledException>(fun () ->
            Embedding.check CancellationToken.None request
            |> Result.bind (fun input ->
                use input = input
                Embedding.run (RunOptions.cancelledBy stopping.Token) observer request model input)
            |> ignore)

    Assert.NotNull cancelled
    Assert.Equal<string list>([ "in.fasta" ], folder.Names)
