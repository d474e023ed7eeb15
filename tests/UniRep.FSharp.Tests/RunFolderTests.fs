module UniRep.Tests.RunFolderTests

open System.IO
open System.Threading
open UniRep
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Xunit

let private resume folder =
    EvoTuning.resume Cpu.automatic id false folder 1e9 EvoTuning.silent CancellationToken.None

let private short = { quick with Epochs = 1 }

let private fileOf folder name = Path.Combine(folder, name)

[<Fact>]
let ``what a killed run was writing is removed by the next`` () =
    use folder = new TestFolder()
    let out = folder.Path "out"
    run (request folder short) out |> ignore

    let left =
        [
            "checkpoint.safetensors.partial"
            "loss.svg.partial"
            ".model.safetensors.0123456789abcdef0123456789abcdef.partial"
            "training.json.partial"
        ]

    for name in left do
        File.WriteAllText(fileOf out name, "half")

    File.WriteAllText(fileOf out "mine.partial", "mine")
    resume out |> done' |> ignore

    for name in left do
        Assert.False(File.Exists(fileOf out name), name)

    Assert.True(File.Exists(fileOf out "mine.partial"))

[<Fact>]
let ``a folder in which another run trains is refused, until that run has ended`` () =
    use folder = new TestFolder()
    let out = folder.Path "out"
    let request = request folder quick

    let inUse result =
        match result with
        | Error(TrainingError.FolderInUse path) -> path = out
        | other -> invalidOp $"{other}"

    let mutable asked = 0

    let observer =
        after 2 (fun () ->
            Assert.True(inUse (resume out))

            Assert.True(
                inUse (
                    EvoTuning.run
                        Cpu.automatic
                        request
                        out
                        1e9
                        EvoTuning.silent
                        CancellationToken.None
                )
            )

            asked <- asked + 1)

    EvoTuning.run Cpu.automatic request out 1e9 observer CancellationToken.None
    |> done'
    |> ignore

    Assert.Equal(1, asked)
    Assert.True(File.Exists(fileOf out ".lock"))
    resume out |> done' |> ignore

    match errorOf request out with
    | TrainingError.AlreadyTraining _ -> ()
    | other -> Assert.Fail $"{other}"

[<Theory>]
[<InlineData("model.safetensors")>]
[<InlineData("checkpoint.safetensors")>]
[<InlineData("metrics.csv")>]
[<InlineData("search.jsonl")>]
[<InlineData("loss.svg")>]
let ``what stands where training would write is not overwritten`` name =
    use folder = new TestFolder()
    let out = folder.Path "out"
    Directory.CreateDirectory out |> ignore
    File.WriteAllText(fileOf out name, "precious")

    match errorOf (request folder short) out with
    | TrainingError.WouldOverwrite path -> Assert.Equal(fileOf out name, path)
    | other -> Assert.Fail $"{other}"

    Assert.Equal("precious", File.ReadAllText(fileOf out name))
    Assert.Single(Directory.GetFileSystemEntries out) |> ignore

[<Fact>]
let ``a link where training would write is not followed, even to nowhere`` () =
    use folder = new TestFolder()
    let out = folder.Path "out"
    Directory.CreateDirectory out |> ignore

    File.CreateSymbolicLink(fileOf out "metrics.csv", folder.Path "elsewhere.csv")
    |> ignore

    match errorOf (request folder short) out with
    | TrainingError.WouldOverwrite _ -> ()
    | other -> Assert.Fail $"{other}"

    Assert.False(File.Exists(folder.Path "elsewhere.csv"))

[<Theory>]
[<InlineData(false)>]
[<InlineData(true)>]
let ``the start model is not overwritten, through a link neither`` isLink =
    use folder = new TestFolder()
    let home = folder.Path "home"
    Directory.CreateDirectory home |> ignore
    let path = fileOf home "model.safetensors"

    match WeightFile.save path (Waves.weights 12 1) with
    | Ok() -> ()
    | Error error -> invalidOp error.Message

    let before = File.ReadAllBytes path

    let out =
        if isLink then
            Directory.CreateSymbolicLink(folder.Path "link", home).FullName
        else
            home

    let request =
        { request folder short with
            Start = StartModel.Weights home
        }

    match errorOf request out with
    | TrainingError.WouldOverwrite _ -> ()
    | other -> Assert.Fail $"{other}"

    Assert.Equal<byte[]>(before, File.ReadAllBytes path)

[<Fact>]
let ``a file in place of the folder is told`` () =
    use folder = new TestFolder()
    let out = folder.WriteText("out", "text")

    match errorOf (request folder short) out with
    | TrainingError.FolderNotWritable(path, "it is a file") -> Assert.Equal(out, path)
    | other -> Assert.Fail $"{other}"
