namespace UniRep.Design

open System
open System.Collections.Generic
open UniRep
open UniRep.Compute

/// A state after some residues, and the log-probabilities of these.
[<Struct>]
type private Entry = { State: SavedState; Terms: float[] }

/// One sequence on its way through the model.
[<Sealed>]
type private CachedSequence(sequence: Sequence, units: int, spacing: int, needsLogits, origin) =
    let tokens = sequence.Tokens
    let saved = List<struct (int * SavedState)>()
    let vectors = Array.zeroCreate<float32>(3 * units)

    let terms: float[] =
        if needsLogits then
            Array.zeroCreate (tokens.Length + 1)
        else
            [||]

    let residuesAtOrigin =
        match origin with
        | ValueSome entry ->
            Array.blit entry.Terms 0 terms 0 (min terms.Length (entry.State.Positions - 1))
            entry.State.Positions - 1
        | ValueNone -> -1

    member _.Letters = sequence.Letters

    /// The states that were saved, each with its number of residues.
    member _.Saved = saved

    member _.Terms = terms

    /// The residues that are left to compute.
    member _.Left = tokens.Length - residuesAtOrigin

    member _.Rep =
        {
            Average = vectors[.. units - 1]
            Final = vectors[units .. 2 * units - 1]
            Cell = vectors[2 * units ..]
        }

    interface IStepwiseSequence with
        member _.Origin =
            match origin with
            | ValueSome entry -> entry.State
            | ValueNone -> null

        member _.NeedsLogits = needsLogits

        member _.Next(output: inref<StepOutput>) =
            let residues = output.Positions - 1

            if needsLogits then
                let target =
                    if residues < tokens.Length then
                        tokens.Span[residues]
                    else
                        Residue.stop

                terms[residues] <- Output.logProbability output.Logits target

            if residues % spacing = 0 && residues > residuesAtOrigin then
                saved.Add(struct (residues, output.Save()))

            if residues = tokens.Length then
                output.CopyVectors vectors
                ReadOnlyMemory.Empty
            elif needsLogits then
                tokens.Slice(residues, 1)
            else
                let last = min tokens.Length ((residues / spacing + 1) * spacing)
                tokens.Slice(residues, last - residues)

[<Sealed>]
type PrefixCache internal (model: Model, spacing: int, capacity: int) =
    let units = model.Shape.Units
    let mutable positions = 0L

    /// States that were used lately, and those used before; when the first are half of all, the others are forgotten. States
    /// saved with logits and without are kept apart.
    let recent = [| Dictionary<string, Entry>(); Dictionary<string, Entry>() |]
    let earlier = [| Dictionary<string, Entry>(); Dictionary<string, Entry>() |]

    let keep kind prefix entry =
        if recent[kind].Count >= capacity / 2 then
            earlier[kind] <- recent[kind]
            recent[kind] <- Dictionary<string, Entry>()

        recent[kind][prefix] <- entry

    /// Finds a state, and marks it as used.
    let tryFind kind (prefix: string) =
        let mutable entry = Unchecked.defaultof<Entry>

        if recent[kind].TryGetValue(prefix, &entry) then
            ValueSome entry
        elif earlier[kind].TryGetValue(prefix, &entry) then
            keep kind prefix entry
            ValueSome entry
        else
            ValueNone

    /// The deepest state that fits, with all those on the way marked as used.
    let rec deepest kind (letters: string) residues found =
        if residues > letters.Length then
            found
        else
            match tryFind kind (letters.Substring(0, residues)) with
            | ValueSome entry -> deepest kind letters (residues + spacing) (ValueSome entry)
            | ValueNone -> found

    let compute (run: RunOptions) needsLogits (sequences: Sequence[]) =
        let kind = if needsLogits then 1 else 0

        let tracked =
            sequences
            |> Array.map (fun sequence ->
                CachedSequence(
                    sequence,
                    units,
                    spacing,
                    needsLogits,
                    deepest kind sequence.Letters 0 ValueNone
                ))

        // Those with the most left come first, so that lanes end at about the same time.
        let order = tracked |> Array.sortBy (fun sequence -> -sequence.Left)
        let mutable taken = 0

        let source =
            { new IStepwiseSource with
                member _.Take() =
                    if taken = order.Length then
                        null
                    else
                        taken <- taken + 1
                        order[taken - 1]
            }

        let steps =
            Model.beginStepwise run.Cancellation (max 1 sequences.Length) source model

        try
            while not (steps.Advance()) do
                ()
        finally
            steps.Close()

        for sequence in tracked do
            positions <- positions + int64 sequence.Left

            for struct (residues, state) in sequence.Saved do
                keep
                    kind
                    (sequence.Letters.Substring(0, residues))
                    {
                        State = state
                        Terms = sequence.Terms
                    }

        tracked

    member _.Model = model
    member _.Spacing = spacing
    member _.Positions = positions

    member _.Represent(run, sequences) =
        compute run false sequences |> Array.map _.Rep

    member _.LogLikelihoods(run, sequences) =
        compute run true sequences
        |> Array.map (fun sequence -> Array.sum sequence.Terms)

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module PrefixCache =
    let make (bytes: int64) sequences residues (model: Model) =
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes, nameof bytes)
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1, nameof sequences)
        ArgumentOutOfRangeException.ThrowIfLessThan(residues, 1, nameof residues)
        let ofState = 8L * int64 model.Shape.Units * int64 (model.Shape.Layers + 1) + 256L

        // Where chains stand, what they propose, and what they proposed before.
        let states = max 4L (bytes / ofState)
        let ofSequence = max 1L (states / (3L * int64 sequences))
        let spacing = max 4L ((int64 residues + ofSequence - 1L) / ofSequence)
        PrefixCache(model, int spacing, int (min states 100_000_000L))

    let languageModel (cache: PrefixCache) : Scorer =
        match cache.Model.Direction with
        | ReadingDirection.Forward ->
            {
                Name = "lm"
                Score = fun run sequences -> cache.LogLikelihoods(run, sequences)
            }
        | _ -> Scorer.languageModel cache.Model
