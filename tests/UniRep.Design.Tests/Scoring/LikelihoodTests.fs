module UniRep.Design.Tests.LikelihoodTests

open UniRep
open UniRep.Compute
open UniRep.Definition
open UniRep.Design
open UniRep.ModelFiles
open Expecto
open UniRep.Testing

let private sequence text =
    Sequence.parse text |> Result.defaultWith (fun error -> failtest error.Message)

let private wildType text =
    WildType.ofSequence 0 None "wt" (sequence text)
    |> Result.defaultWith (fun error -> failtest error.Message)

let private weights =
    lazy (WeightStore.resolve "open-256" |> Result.orRaise).Weights

let private close (expected: float[]) (found: float[]) =
    Assert.equal expected.Length found.Length
    Array.iter2 (Assert.isWithin 1e-3) expected found

/// Gives sequences from memory to the engine.
type private Source(sequences: Sequence[]) =
    let mutable next = 0

    interface ISequenceSource with
        member _.TryRead tokens =
            if next = sequences.Length then
                false
            else
                tokens <- sequences[next].Tokens
                next <- next + 1
                true

        member _.IsAtHand = true

let private ignoring =
    { new ISequenceSink with
        member _.Write _ = ()
    }

[<Tests>]
let tests =
    testList
        "LikelihoodTests"
        [
            testCase "measures follow from the terms"
            <| fun () ->
                let likelihood = { Terms = [| -1.0; -2.0; -3.0 |] }
                Assert.equal -6.0 likelihood.LogLikelihood
                Assert.equal -3.0 likelihood.WithoutStop
                Assert.equal -2.0 likelihood.PerResidue
                Assert.isWithin 1e-12 (exp 2.0) likelihood.Perplexity

            testCase "each direction gives what the definition gives, and both the mean"
            <| fun () ->
                let network = Mlstm.network weights.Value
                let model = Model.ofWeights Cpu.automatic weights.Value |> Result.orRaise
                let protein = sequence "MKTAYIAKQRW"
                let forward = Mlstm.logLikelihoods network protein
                let backward = Mlstm.logLikelihoodsBackward network protein

                let termsIn direction =
                    Likelihood.many direction RunOptions.none model [| protein; sequence "GSHM" |]
                    |> Seq.map _.Terms
                    |> Seq.head

                close forward (termsIn ReadingDirection.Forward)
                close backward (termsIn ReadingDirection.Backward)

                close
                    (Array.map2 (fun a b -> (a + b) / 2.0) forward backward)
                    (termsIn ReadingDirection.Both)

            testCase "progress counts the residues of both directions"
            <| fun () ->
                let model = Model.ofWeights Cpu.automatic weights.Value |> Result.orRaise
                let mutable last = 0L

                let options =
                    { RunOptions.none with
                        Progress =
                            Some
                                { new System.IProgress<int64> with
                                    member _.Report value = last <- max last value
                                }
                    }

                Likelihood.many ReadingDirection.Both options model [| sequence "MKTAYIAKQR" |]
                |> Seq.length
                |> Assert.equal 1

                Assert.equal 20L last

            testTheory "a scan takes at most 55 % of the positions of its mutants" [ 60; 120; 238 ]
            <| fun length ->
                let letters = String.init length (fun at -> string Pssm.letters[at * at % 20])
                let sequences = Scan.mutants (wildType letters) |> Array.map snd

                // One thread: among several the parts of the input that share beginnings are smaller while one has no core.
                use engine =
                    MlstmEngine.Create(
                        MlstmArrays.Create(
                            MlstmShape(4, 1, 10),
                            (fun array -> Array.create (int array.Length) 0.1f)
                        ),
                        EngineOptions(Threads = 1)
                    )

                use run = engine.Begin(Source sequences, ignoring)
                Assert.isTrue (run.Advance())
                let naive = float (sequences.Length * (length + 1))
                Assert.isBetween 0.0 0.55 (float run.Positions / naive)
        ]
