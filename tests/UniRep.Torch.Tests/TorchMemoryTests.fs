module UniRep.Tests.TorchMemoryTests

open System
open System.Collections.Generic
open System.Diagnostics
open System.Threading
open TorchSharp
open UniRep
open UniRep.Compute
open Expecto
open UniRep.Testing

/// The tensors that this thread has made and not yet freed.
let private live () =
    DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount

let private protein length =
    Golden.parse (String(Array.init length (fun k -> "ACDEFGHIKLMNPQRSTVWY"[k * k % 20])))

[<Tests>]
let tests =
    testList
        "TorchMemoryTests"
        [
            testCase "ten thousand steps keep no more tensors than one thousand"
            <| fun () ->
                use model = TorchTestModels.ofWeights (Waves.weights 256 1)
                let seen = List<int64>()

                let options =
                    { RunOptions.none with
                        Progress =
                            Some
                                { new IProgress<int64> with
                                    member _.Report _ = seen.Add(live ())
                                }
                    }

                // Items in memory are computed on this thread.
                Model.mapMany options Output.rep id model [ protein 10_000 ] |> Seq.iter ignore
                Assert.isBetween 9 Int32.MaxValue seen.Count

                for count in seen do
                    Assert.equal (seen[0]) count

            testCase "ten thousand steps leave the memory of the process as it is"
            <| fun () ->
                use model = TorchTestModels.ofWeights (Waves.weights 256 1)

                let run () =
                    Model.represent model (protein 10_000) |> ignore
                    GC.Collect()
                    GC.WaitForPendingFinalizers()
                    use self = Process.GetCurrentProcess()
                    self.WorkingSet64

                let before = run ()
                let after = run ()
                // A step's tensors have 15 kB: those of 10,000 steps would be 150 MB.
                Assert.isBetween Int64.MinValue (32L <<< 20) (after - before)

            testCase "a step of training leaves no tensor behind"
            <| fun () ->
                TorchTestModels.require ()

                use trainer =
                    TorchTestModels.options
                    |> Torch.backendWith
                    |> _.Train.Value
                    |> fun train ->
                        train (TrainerOptions()) (TrainerState.Start (Waves.weights 33 2).Arrays)
                    |> Result.orRaise

                let batch = [| for length in [ 40; 31; 7 ] -> (protein length).Tokens |]

                let step () =
                    trainer.Gradient(batch, LossMean.PerToken, 16, CancellationToken.None) |> ignore
                    trainer.Update(AdamStep(Rate = 1e-3)) |> ignore
                    trainer.Evaluate(batch, LossMean.PerToken, CancellationToken.None) |> ignore
                    live ()

                let first = step ()
                Assert.equal first (step ())
                Assert.equal first (step ())
        ]
