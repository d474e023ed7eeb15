namespace UniRep.Design

open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open UniRep

/// New sequences from a model, for C#.
[<AbstractClass; Sealed>]
type Generation =
    /// <summary>Samples sequences, in the order of their numbers, each as soon as it is there; leaving off early stops the
    /// work. The same seed gives the same sequences with any number of threads.</summary>
    /// <param name="model">The model.</param>
    /// <param name="count">The number of sequences.</param>
    /// <param name="seed">The seed; each sequence draws from a stream of its own.</param>
    /// <param name="start">Residues that every sequence begins with; empty for none.</param>
    /// <param name="temperature">Divides the logits; 0 takes the most probable residue always.</param>
    /// <param name="topK">Samples among this many most probable residues only; 0 for all.</param>
    /// <param name="topP">Samples among the most probable residues only that together have this probability.</param>
    /// <param name="minLength">The least number of residues.</param>
    /// <param name="maxLength">The most residues; longer sequences are cut.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    /// <exception cref="T:UniRep.UniRepException">A number is out of its range, the start is no sequence, or the model has no
    /// language-model head; before anything is computed.</exception>
    static member Babble:
        model: UniRepModel *
        count: int *
        [<Optional; DefaultParameterValue(0UL)>] seed: uint64 *
        [<Optional; DefaultParameterValue("")>] start: string *
        [<Optional; DefaultParameterValue(1.0)>] temperature: float *
        [<Optional; DefaultParameterValue(0)>] topK: int *
        [<Optional; DefaultParameterValue(1.0)>] topP: float *
        [<Optional; DefaultParameterValue(1)>] minLength: int *
        [<Optional; DefaultParameterValue(1000)>] maxLength: int *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            IEnumerable<Babbled>
