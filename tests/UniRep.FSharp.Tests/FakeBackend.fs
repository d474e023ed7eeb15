namespace UniRep.Tests

open System
open UniRep
open UniRep.IO
open UniRep.Compute

/// A backend that computes by a formula of its own, on the caller's thread.
[<RequireQualifiedAccess>]
module FakeBackend =
    let units = 2

    /// The vectors of a sequence: its length, and the sum of its tokens.
    let rep (sequence: Sequence) =
        let sum = sequence.Tokens.ToArray() |> Array.sumBy float32

        {
            Average = [| float32 sequence.Length; sum |]
            Final = [| sum; float32 sequence.Length |]
            Cell = [| sum; sum |]
        }

    let private vectorsOf (tokens: ReadOnlyMemory<byte>) =
        let sum = tokens.ToArray() |> Array.sumBy float32
        let length = float32 tokens.Length
        [| length; sum |], [| sum; length |], [| sum; sum |]

    let private run
        (change: int -> float32[] -> float32[])
        (source: ISequenceSource)
        (sink: ISequenceSink)
        (options: RunOptions)
        : Run =
        let mutable index = 0L
        let mutable residues = 0L

        let advance () =
            let mutable isDone = false

            while not isDone && not sink.IsFull do
                options.Cancellation.ThrowIfCancellationRequested()

                match source.TryRead() with
                | true, tokens ->
                    let average, final, cell = vectorsOf tokens

                    let output =
                        SequenceOutput(
                            Index = index,
                            Length = tokens.Length,
                            Average = ReadOnlySpan(change 0 average),
                            Final = ReadOnlySpan(change 1 final),
                            Cell = ReadOnlySpan(change 2 cell)
                        )

                    sink.Write &output
                    index <- index + 1L
                    residues <- residues + int64 tokens.Length
                    options.Progress |> Option.iter _.Report(residues)
                | _ -> isDone <- true

            isDone

        { Advance = advance; Close = ignore }

    /// A backend whose average (0), final (1) and cell (2) are changed; it cannot train.
    let changed change : Backend =
        {
            Name = "fake"
            Infer =
                fun _ ->
                    Ok
                        {
                            Device = Device.Gpu "imaginary"
                            Precision = "exact"
                            HasHead = true
                            Begin = fun source sink _ options -> run change source sink options
                            BeginContinuous = None
                            BeginStepwise = None
                            Close = ignore
                        }
            Train = None
        }

    let backend = changed (fun _ -> id)

    /// A backend that no machine has.
    let unavailable: Backend =
        {
            Name = "absent"
            Infer = fun _ -> Error(BackendError.Unavailable("absent", "there is no such device"))
            Train = None
        }

    let model backend =
        Model.ofWeights backend (Waves.weights units 1) |> Result.orRaise
