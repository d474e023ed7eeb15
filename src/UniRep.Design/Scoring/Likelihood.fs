namespace UniRep.Design

open System
open UniRep

type Likelihood =
    {
        Terms: float[]
    }

    member this.LogLikelihood = Array.sum this.Terms

    member this.WithoutStop = Array.sum this.Terms[.. this.Terms.Length - 2]

    member this.PerResidue = this.LogLikelihood / float this.Terms.Length

    member this.Perplexity = exp -this.PerResidue

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Likelihood =
    let private terms output options model sequences =
        Model.mapMany options output id model sequences |> Seq.map snd

    /// Two runs report to one progress: the residues of both.
    let private shared (progress: IProgress<int64>) =
        let mutable counts = struct (0L, 0L)

        let reporter change =
            { new IProgress<int64> with
                member _.Report done' =
                    lock progress (fun () ->
                        let struct (forward, backward) = change counts done'
                        counts <- struct (forward, backward)
                        progress.Report(forward + backward))
            }

        reporter (fun (struct (_, backward)) done' -> struct (done', backward)),
        reporter (fun (struct (forward, _)) done' -> struct (forward, done'))

    let many direction options model (sequences: Sequence[]) =
        let forward options =
            terms Output.logLikelihoods options model sequences

        let backward options =
            terms Output.logLikelihoodsBackward options model sequences

        match direction with
        | ReadingDirection.Forward -> forward options
        | ReadingDirection.Backward -> backward options
        | ReadingDirection.Both ->
            let first, second =
                match options.Progress |> Option.map shared with
                | Some(first, second) ->
                    { options with Progress = Some first }, { options with Progress = Some second }
                | None -> options, options

            Seq.map2 (Array.map2 (fun a b -> 0.5 * (a + b))) (forward first) (backward second)
        |> Seq.map (fun terms -> { Terms = terms })
