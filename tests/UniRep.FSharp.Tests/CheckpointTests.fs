module UniRep.Tests.CheckpointTests

open System.IO
open System.Threading
open UniRep
open UniRep.Definition
open UniRep.IO
open UniRep.ModelFiles
open UniRep.Training
open UniRep.Compute
open Expecto
open UniRep.Testing

let private position =
    {
        Epoch = 3
        Batch = 7
        Nats = 0.1 + 0.2
        Tokens = 12345678901L
        Seconds = 1.5
        Reports =
            [
                {
                    Epoch = 2
                    Step = 20L
                    TrainLoss = Some(1.0 / 3.0)
                    ValidationLoss = None
                    OutOfDomainLoss = Some 2.5
                    IsBest = true
                    Tokens = 10L
                    Seconds = 0.25
                }
            ]
    }

let private checkpoint averages =
    use trainer =
        MlstmTrainer.Create(
            Weights.withHead (Waves.weights 20 2),
            TrainerOptions(Averages = averages)
        )

    let batch = [| (Golden.parse "MKTAYIAKQR").Tokens |]
    trainer.Gradient(batch, LossMean.PerToken, 0, CancellationToken.None) |> ignore
    trainer.Update(AdamStep(Rate = 0.01)) |> ignore

    {
        Position = position
        Trainer = trainer.Save()
        Rows = 42L
    }

let private fingerprint arrays =
    WeightFile.fingerprint (Weights.ofArrays (Waves.weights 5 2).Card arrays)

let private fingerprints (state: TrainerState) =
    [
        fingerprint state.Parameters
        fingerprint state.First
        fingerprint state.Second
        match state.Average with
        | null -> ()
        | average -> fingerprint average
    ]

let private save (folder: TestFolder) checkpoint =
    match Checkpoint.save (folder.Path "c") (folder.Path "p") checkpoint with
    | Ok() -> ()
    | Error error -> invalidOp error.Message

[<Tests>]
let tests =
    testList
        "CheckpointTests"
        [
            testTheory "a checkpoint comes back as it was saved" [ false; true ]
            <| fun averages ->
                use folder = new TestFolder()
                let saved = checkpoint averages
                save folder saved

                match Checkpoint.load (folder.Path "c") with
                | Ok loaded ->
                    Assert.equal saved.Position loaded.Position
                    Assert.equal 42L loaded.Rows
                    Assert.equal 1L loaded.Trainer.Steps
                    Assert.equal (fingerprints saved.Trainer) (fingerprints loaded.Trainer)
                | Error error -> failtest (error.Message)

            testCase "the checkpoint before the last is kept"
            <| fun () ->
                use folder = new TestFolder()
                let saved = checkpoint false
                save folder saved
                save folder { saved with Rows = 43L }

                let rowsOf name =
                    Checkpoint.load (folder.Path name) |> Result.map _.Rows

                Assert.equal (Ok 43L) (rowsOf "c")
                Assert.equal (Ok 42L) (rowsOf "p")
                Assert.equal [ "c"; "p" ] folder.Names

            testCase "a checkpoint with one bit changed, or cut off anywhere, is refused"
            <| fun () ->
                use folder = new TestFolder()
                save folder (checkpoint false)
                let bytes = File.ReadAllBytes(folder.Path "c")
                let random = SplitMix 1UL

                let refuses (bytes: byte[]) =
                    let path = folder.WriteBytes("bad", bytes)

                    match Checkpoint.load path with
                    | Error(CheckpointError.Damaged _) -> ()
                    | other -> failtest $"{other}"

                for _ in 1..50 do
                    refuses bytes[.. random.Below bytes.Length - 1]

                for _ in 1..50 do
                    let changed = Array.copy bytes
                    // Behind the header, whose layout leaves spaces that mean nothing.
                    let at = 9000 + random.Below(bytes.Length - 9000)
                    changed[at] <- changed[at] ^^^ (1uy <<< random.Below 8)
                    refuses changed

            testCase "a checkpoint that cannot be written leaves the one before"
            <| fun () ->
                use folder = new TestFolder()
                let saved = checkpoint false
                save folder saved
                Directory.CreateDirectory(folder.Path "c.partial") |> ignore

                match
                    Checkpoint.save (folder.Path "c") (folder.Path "p") { saved with Rows = 43L }
                with
                | Error(CheckpointError.NotWritable _) -> ()
                | other -> failtest $"{other}"

                Assert.equal (Ok 42L) (Checkpoint.load (folder.Path "c") |> Result.map _.Rows)
        ]
