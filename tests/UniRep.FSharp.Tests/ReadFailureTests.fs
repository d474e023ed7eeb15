module UniRep.Tests.ReadFailureTests

open System
open System.IO
open System.Threading
open UniRep
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

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

[<Tests>]
let tests =
    testList
        "ReadFailureTests"
        [
            testTheory
                "a file of a training that cannot be read is told as that"
                [ "training.json"; "search.jsonl"; "model.safetensors" ]
            <| fun name ->
                match errorWithout name with
                | TrainingError.NotReadable(found, _) as error, path ->
                    Assert.equal path found
                    Assert.startsWith $"{path}: cannot be read: " error.Message
                | other -> failtest $"{other}"

            testCase "a checkpoint that cannot be read is told as that, with the one before it"
            <| fun () ->
                match errorWithout "checkpoint.safetensors" with
                | TrainingError.UnusableCheckpoint(CheckpointError.NotReadable(found, _), intact),
                  path ->
                    Assert.equal path found

                    Assert.equal
                        (Some(
                            path.Replace(
                                "checkpoint.safetensors",
                                "checkpoint.previous.safetensors"
                            )
                        ))
                        intact
                | other -> failtest $"{other}"

            testCase "sequences that cannot be read are told as that"
            <| fun () ->
                use folder = new TestFolder()
                let path = write folder "family.fasta" [ "MKTAYIAKQR" ]
                use _ = hold path

                match errorOf (TrainingRequest.evotune [ path ]) (folder.Path "out") with
                | TrainingError.InvalidSequences [ InputError.CannotRead(found, _) ] ->
                    Assert.equal path found
                | other -> failtest $"{other}"

            testCase "a start model that cannot be read is told as that"
            <| fun () ->
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
                | TrainingError.StartModel _ as error -> Assert.contains path error.Message
                | other -> failtest $"{other}"

            testCase "sequences whose reading fails are told as that"
            <| fun () ->
                if not (OperatingSystem.IsLinux()) then
                    skiptest "/proc/self/mem is a file of Linux"

                use folder = new TestFolder()
                let path = folder.Path "family.fasta"
                // The first page of a process can be opened, but not read.
                File.CreateSymbolicLink(path, "/proc/self/mem") |> ignore

                match errorOf (TrainingRequest.evotune [ path ]) (folder.Path "out") with
                | TrainingError.InvalidSequences [ InputError.CannotRead(found, _) ] ->
                    Assert.equal path found
                | other -> failtest $"{other}"

            testCase "a folder in place of sequences is told as that"
            <| fun () ->
                use folder = new TestFolder()
                let path = folder.Path "family.fasta"
                Directory.CreateDirectory path |> ignore

                match errorOf (TrainingRequest.evotune [ path ]) (folder.Path "out") with
                | TrainingError.InvalidSequences [ InputError.IsFolder found ] ->
                    Assert.equal path found
                | other -> failtest $"{other}"

            testCase "a file that vanishes before it is read is not found"
            <| fun () ->
                use folder = new TestFolder()
                let path = write folder "family.fasta" [ "MKTAYIAKQR" ]
                let records = SequenceSource.read SequenceFile.defaults path
                File.Delete path

                match List.ofSeq records with
                | [ Error(InputError.NotFound found) ] -> Assert.equal path found
                | other -> failtest $"%A{other}"

            testCase "a pipe that vanishes before it is read is not found"
            <| fun () ->
                // An empty file counts as a stream, because it has no length.
                use folder = new TestFolder()
                let path = folder.WriteText("family.fasta", "")
                let records = SequenceSource.read SequenceFile.defaults path
                Assert.isTrue (SequenceSource.isStream path)
                File.Delete path

                match List.ofSeq records with
                | [ Error(InputError.NotFound found) ] -> Assert.equal path found
                | other -> failtest $"%A{other}"

            testCase "what an observer raises is not told as a failure to write"
            <| fun () ->
                use folder = new TestFolder()
                let observer = after 2 (fun () -> raise (IOException "the terminal is gone"))

                let raised =
                    Assert.throws<IOException>(fun () ->
                        EvoTuning.run
                            Cpu.automatic
                            (request folder quick)
                            (folder.Path "out")
                            1e9
                            observer
                            CancellationToken.None
                        |> ignore)

                Assert.equal "the terminal is gone" raised.Message
        ]
