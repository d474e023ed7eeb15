module UniRep.Tests.RunFolderTests

open System.IO
open System.Threading
open UniRep
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Tests.TrainingExamples
open Expecto
open UniRep.Testing

let private resume folder =
    EvoTuning.resume Cpu.automatic id false folder 1e9 EvoTuning.silent CancellationToken.None

let private short = { quick with Epochs = 1 }

let private fileOf folder name = Path.Combine(folder, name)

[<Tests>]
let tests =
    testList
        "RunFolderTests"
        [
            testCase "what a killed run was writing is removed by the next"
            <| fun () ->
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
                    Expect.isFalse (File.Exists(fileOf out name)) name

                Assert.isTrue (File.Exists(fileOf out "mine.partial"))

            testCase "a folder in which another run trains is refused, until that run has ended"
            <| fun () ->
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
                        Assert.isTrue (inUse (resume out))

                        Assert.isTrue (
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

                Assert.equal 1 asked
                Assert.isTrue (File.Exists(fileOf out ".lock"))
                resume out |> done' |> ignore

                match errorOf request out with
                | TrainingError.AlreadyTraining _ -> ()
                | other -> failtest $"{other}"

            testTheory
                "what stands where training would write is not overwritten"
                [
                    "model.safetensors"
                    "checkpoint.safetensors"
                    "metrics.csv"
                    "search.jsonl"
                    "loss.svg"
                ]
            <| fun name ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                Directory.CreateDirectory out |> ignore
                File.WriteAllText(fileOf out name, "precious")

                match errorOf (request folder short) out with
                | TrainingError.WouldOverwrite path -> Assert.equal (fileOf out name) path
                | other -> failtest $"{other}"

                Assert.equal "precious" (File.ReadAllText(fileOf out name))
                Assert.single (Directory.GetFileSystemEntries out) |> ignore

            testCase "a link where training would write is not followed, even to nowhere"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.Path "out"
                Directory.CreateDirectory out |> ignore

                File.CreateSymbolicLink(fileOf out "metrics.csv", folder.Path "elsewhere.csv")
                |> ignore

                match errorOf (request folder short) out with
                | TrainingError.WouldOverwrite _ -> ()
                | other -> failtest $"{other}"

                Assert.isFalse (File.Exists(folder.Path "elsewhere.csv"))

            testTheory "the start model is not overwritten, through a link neither" [ false; true ]
            <| fun isLink ->
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
                | other -> failtest $"{other}"

                Assert.equal before (File.ReadAllBytes path)

            testCase "a file in place of the folder is told"
            <| fun () ->
                use folder = new TestFolder()
                let out = folder.WriteText("out", "text")

                match errorOf (request folder short) out with
                | TrainingError.FolderNotWritable(path, "it is a file") -> Assert.equal out path
                | other -> failtest $"{other}"
        ]
