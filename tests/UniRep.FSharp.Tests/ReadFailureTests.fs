module UniRep.Tests.ReadFailureTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Xunit

/// Holds a file, so that nobody else can open it, not even root.
let private hold path =
    new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)

let private resume folder =
    match
        EvoTuning.resume Cpu.automatic id false folder 1e9 EvoTuning.silent CancellationToken.None
    with
    | Error error -> error
    | Ok _ -> invalidOp "the training resumed"

/// The error of resuming a training when one of its files cannot be read, and the path of that file.
let private errorWithout name =
    use folder = new TestFolder()
    let out = folder.Path "out"

    run
        { request folder { quick with Epochs = 1 } with
            Search = Some { Trials = 1; Folds = 0 }
        }
        out
    |> ignore

    let path = Path.Combine(out, name)
    use _ = hold path
    resume out, path

[<Theory>]
[<InlineData("training.json")>]
[<InlineData("search.jsonl")>]
[<InlineData("model.safetensors")>]
let ``a file of a training that cannot be read is told as that`` name =
    match errorWithout name with
    | TrainingError.NotReadable(found, _) as error, path ->
        Assert.Equal(path, found)
        Assert.StartsWith($"{path}: cannot be read: ", error.Message)
    | other -> Assert.Fail $"{other}"

[<Fact>]
let ``a checkpoint that cannot be read is told as that, with the one before it`` () =
    match errorWithout "checkpoint.safetensors" with
    | TrainingError.UnusableCheckpoint(CheckpointError.NotReadable(found, _), intact), path ->
        Assert.Equal(path, found)

        Assert.Equal(
            Some(path.Replace("checkpoint.safetensors", "checkpoint.previous.safetensors")),
            intact
        )
    | other -> Assert.Fail $"{other}"

[<Fact>]
let ``sequences that cannot be read are told as that`` () =
    use folder = new TestFolder()
    let path = write folder "family.fasta" [ "MKTAYIAKQR" ]
    use _ = hold path

    match errorOf (TrainingRequest.evotune [ path ]) (folder.Path "out") with
    | TrainingError.InvalidSequences [ InputError.CannotRead(found, _) ] -> Assert.Equal(path, found)
    | other -> Assert.Fail $"{other}"

[<Fact>]
let ``a start model that cannot be read is told as that`` () =
    use folder = new TestFolder()
    let path = folder.Path "start.safetensors"

    match WeightFile.save path (Waves.weights 12 1) with
    | Ok() -> ()
    | Error error -> invalidOp error.Message

    use _ = hold path

    let request =
        { request folder quick with
            Start = StartModel.Weights path
        }

    match errorOf request (folder.Path "out") with
    | TrainingError.StartModel _ as error -> Assert.Contains(path, error.Message)
    | other -> Assert.Fail $"{other}"

[<Fact>]
let ``sequences whose reading fails are told as that`` () =
    Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc/self/mem is a file of Linux")
    use folder = new TestFolder()
    let path = folder.Path "family.fasta"
    // The first page of a process can be opened, but not read.
    File.CreateSymbolicLink(path, "/proc/self/mem") |> ignore

    match errorOf (TrainingRequest.evotune [ path ]) (folder.Path "out") with
    | TrainingError.InvalidSequences [ InputError.CannotRead(found, _) ] -> Assert.Equal(path, found)
    | other -> Assert.Fail $"{other}"

[<Fact>]
let ``a folder in place of sequences is told as that`` () =
    use folder = new TestFolder()
    let path = folder.Path "family.fasta"
    Directory.CreateDirectory path |> ignore

    match errorOf (TrainingRequest.evotune [ path ]) (folder.Path "out") with
    | TrainingError.InvalidSequences [ InputError.IsFolder found ] -> Assert.Equal(path, found)
    | other -> Assert.Fail $"{other}"

[<Fact>]
let ``a file that vanishes before it is read is not found`` () =
    use folder = new TestFolder()
    let path = write folder "family.fasta" [ "MKTAYIAKQR" ]
    let records = SequenceSource.read SequenceFile.defaults path
    File.Delete path

    match List.ofSeq records with
    | [ Error(InputError.NotFound found) ] -> Assert.Equal(path, found)
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``a pipe that vanishes before it is read is not found`` () =
    // An empty file counts as a stream, because it has no length.
    use folder = new TestFolder()
    let path = folder.WriteText("family.fasta", "")
    let records = SequenceSource.read SequenceFile.defaults path
    Assert.True(SequenceSource.isStream path)
    File.Delete path

    match List.ofSeq records with
    | [ Error(InputError.NotFound found) ] -> Assert.Equal(path, found)
    | other -> Assert.Fail $"%A{other}"

[<Fact>]
let ``what an observer raises is not told as a failure to write`` () =
    use folder = new TestFolder()
    let observer = after 2 (fun () -> raise (IOException "the terminal is gone"))

    let raised =
        Assert.Throws<IOException>(fun () ->
            EvoTuning.run
                Cpu.automatic
                (request folder quick)
                (folder.Path "out")
                1e9
                observer
                CancellationToken.None
            |> ignore)

    Assert.Equal("the terminal is gone", raised.Message)
