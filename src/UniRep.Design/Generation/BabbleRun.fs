namespace UniRep.Design

open System
open System.Threading
open UniRep
open UniRep.Compute
open UniRep.Training

/// Tokens one at a time.
module internal OneToken =
    let private tokens = Array.init MlstmShape.Tokens byte

    let slice (token: byte) = ReadOnlyMemory(tokens, int token, 1)

    /// Residues that were drawn one after another, as a sequence.
    let sequence (residues: byte seq) =
        residues
        |> Seq.map Residue.letter
        |> Seq.toArray
        |> String
        |> Sequence.parse
        |> Result.orRaise

/// Computes the residues that all sequences begin with, once.
[<Sealed>]
type internal Beginning(tokens: ReadOnlyMemory<byte>) =
    let terms = ResizeArray<float>()
    let mutable state: SavedState | null = null

    /// The state after them, with logits.
    member _.State = state

    /// The residues.
    member _.Tokens = tokens

    /// Their log-probabilities.
    member _.Terms = terms

    interface IStepwiseSequence with
        member _.Next(output: inref<StepOutput>) =
            if terms.Count = tokens.Length then
                state <- output.Save()
                ReadOnlyMemory.Empty
            else
                let token = tokens.Span[terms.Count]
                terms.Add(Output.logProbability output.Logits token)
                OneToken.slice token

/// Samples one sequence.
[<Sealed>]
type internal Sample
    (options: BabbleOptions, beginning: Beginning, index: int, finish: Babbled -> unit) =
    let sampler = Sampler(options, SplitMix(Seed.derive options.Seed index))
    let tokens = ResizeArray<byte>(beginning.Tokens.ToArray())
    let terms = ResizeArray<float>(beginning.Terms)

    interface IStepwiseSequence with
        member _.Origin = beginning.State

        member _.Next(output: inref<StepOutput>) =
            let isFull = tokens.Count = options.MaxLength

            let token =
                if isFull then
                    Residue.stop
                else
                    sampler.Next(output.Logits, tokens.Count >= options.MinLength)

            terms.Add(Output.logProbability output.Logits token)

            if token = Residue.stop then
                finish
                    {
                        Index = index
                        Sequence = OneToken.sequence tokens
                        LogLikelihood = Array.sum (terms.ToArray())
                        EndsByStop = not isFull
                    }

                ReadOnlyMemory.Empty
            else
                tokens.Add token
                OneToken.slice token

/// Gives the sequences to the lanes, and their results in the order of their numbers. No more than a window of them is
/// under way, whatever the reader does.
[<Sealed>]
type internal BabbleSource(options: BabbleOptions, beginning: Beginning) =
    static let window = 1_024
    let gate = obj ()
    let finished: Babbled voption[] = Array.create window ValueNone
    let mutable taken = 0
    let mutable ready = 0
    let mutable delivered = 0
    let mutable enough = 1

    /// Counts the results that can be delivered. Lanes of different threads call it.
    let finish (babbled: Babbled) =
        lock gate (fun () ->
            finished[babbled.Index % window] <- ValueSome babbled

            while finished[ready % window]
                  |> ValueOption.exists (fun (next: Babbled) -> next.Index = ready) do
                ready <- ready + 1)

    /// Pauses less often as time goes by: the first results come soon.
    member _.DoubleBatch() = enough <- min 256 (2 * enough)

    /// Takes the next result, if it is there. Called while nothing is computed.
    member _.TryTakeResult() =
        if delivered = ready then
            ValueNone
        else
            let result = finished[delivered % window]
            finished[delivered % window] <- ValueNone
            delivered <- delivered + 1
            result

    interface IStepwiseSource with
        member _.Take() =
            if taken < options.Count && taken - delivered < window then
                let sample = Sample(options, beginning, taken, finish)
                taken <- taken + 1
                sample
            else
                null

        member _.IsPaused =
            let waiting = Volatile.Read &ready - delivered
            waiting >= enough || waiting > 0 && taken - delivered >= window
