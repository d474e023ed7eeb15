namespace UniRep

open System
open System.Collections.Generic
open System.Runtime.InteropServices
open System.Threading
open System.Threading.Tasks
open UniRep.Compute
open UniRep.ModelFiles
open UniRep.Training

/// The library for C#: a model that takes strings and gives arrays. Safe to use from several threads. Every method
/// that takes sequences throws UniRepException where one is not made of residues (A–Z in upper case): its Index says which
/// sequence, from 0, and its Position where in it, from 1. A null string is an ArgumentNullException, and a model that was
/// disposed of an ObjectDisposedException. Methods over many sequences give each result as soon as it is there, and what
/// is wrong with a sequence is thrown after the results of those before it.
[<Sealed>]
type UniRepModel =
    interface IDisposable
    interface IDisplay

    /// Gets the model, for the packages that build on this one.
    member internal Model: Model

    /// <summary>Loads the embedded default model; nothing is downloaded.</summary>
    /// <param name="threads">The number of threads; 0 for one per core.</param>
    /// <param name="precision">The numbers that matrix products are computed in.</param>
    static member LoadDefault:
        [<Optional; DefaultParameterValue(0)>] threads: int *
        [<Optional; DefaultParameterValue(Precision.Exact)>] precision: Precision ->
            UniRepModel

    /// <summary>Loads a model by name or from a file or folder of any known layout.</summary>
    /// <param name="nameOrPath">A name such as <c>open-672</c> or <c>paper-64</c>, or a path.</param>
    /// <param name="threads">The number of threads; 0 for one per core.</param>
    /// <param name="precision">The numbers that matrix products are computed in.</param>
    /// <exception cref="T:UniRep.UniRepException">There is no such model, or its files are not a model.</exception>
    static member Load:
        nameOrPath: string *
        [<Optional; DefaultParameterValue(0)>] threads: int *
        [<Optional; DefaultParameterValue(Precision.Exact)>] precision: Precision ->
            UniRepModel

    /// <summary>Loads a model onto an NVIDIA GPU, by name or from a file or folder of any known layout.</summary>
    /// <param name="nameOrPath">A name such as <c>open-672</c> or <c>paper-64</c>, or a path.</param>
    /// <param name="cuda">Which GPU, and in which numbers: <c>new CudaOptions()</c> is the first one in bfloat16.</param>
    /// <exception cref="T:UniRep.UniRepException">There is no such model, its files are not a model, or there is no such GPU
    /// (<c>Case</c> is <c>Unavailable</c>) or too little memory on it (<c>OutOfMemory</c>).</exception>
    static member Load: nameOrPath: string * cuda: CudaOptions -> UniRepModel

    /// <summary>Makes a model of weights in memory, such as those of the package UniRep.Weights.Open1920.</summary>
    /// <param name="weights">The weights; they are not needed afterwards.</param>
    /// <param name="threads">The number of threads; 0 for one per core.</param>
    /// <param name="precision">The numbers that matrix products are computed in.</param>
    static member FromWeights:
        weights: Weights *
        [<Optional; DefaultParameterValue(0)>] threads: int *
        [<Optional; DefaultParameterValue(Precision.Exact)>] precision: Precision ->
            UniRepModel

    /// <summary>Fine-tunes a model on homologous sequences (evolutionary tuning) and returns the best model. A tenth of the
    /// sequences is the validation set.</summary>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string.</param>
    /// <param name="nameOrPath">The start model: a name such as <c>open-672</c>, or a path.</param>
    /// <param name="epochs">The number of epochs; 0 for the default.</param>
    /// <param name="learningRate">The peak learning rate; 0 to choose it by the size of the model.</param>
    /// <param name="saveTo">The path of a file for the trained model (<c>.safetensors</c>), which must not exist yet; empty
    /// for none.</param>
    /// <param name="progress">Receives progress after every batch and every epoch; null for none.</param>
    /// <param name="cancellation">Stops training with an OperationCanceledException; nothing is saved.</param>
    /// <returns>The best model. If training did not improve it, this is the start model under its own name, and
    /// <c>Warnings</c> says so.</returns>
    /// <exception cref="T:UniRep.UniRepException">A string is no sequence, there is no such model, the file exists or cannot
    /// be written, which is found before training begins, or training diverged.</exception>
    /// <exception cref="T:System.OperationCanceledException">Training was cancelled.</exception>
    static member EvoTune:
        sequences: IEnumerable<string> *
        [<Optional; DefaultParameterValue("open-672")>] nameOrPath: string *
        [<Optional; DefaultParameterValue(0)>] epochs: int *
        [<Optional; DefaultParameterValue(0.0)>] learningRate: float *
        [<Optional; DefaultParameterValue("")>] saveTo: string *
        [<Optional; DefaultParameterValue(null: IProgress<TuningProgress> | null)>] progress:
            (IProgress<TuningProgress> | null) *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            UniRepModel

    /// <summary>Fine-tunes a model on homologous sequences with all options of a training.</summary>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string.</param>
    /// <param name="options">How to train: <c>TrainingOptionsModule.evotune</c>, changed by <c>With</c>.</param>
    /// <param name="nameOrPath">The start model: a name such as <c>open-672</c>, or a path.</param>
    /// <param name="saveTo">The path of a file for the trained model (<c>.safetensors</c>), which must not exist yet; empty
    /// for none.</param>
    /// <param name="progress">Receives progress after every batch and every epoch; null for none.</param>
    /// <param name="cancellation">Stops training with an OperationCanceledException; nothing is saved.</param>
    /// <param name="cuda">The NVIDIA GPU that trains, and that the model computes on; null for the CPU.</param>
    /// <returns>The best model, as the other overload does.</returns>
    /// <exception cref="T:UniRep.UniRepException">As for the other overload, an option is out of its range, or the GPU cannot be
    /// used.</exception>
    static member EvoTune:
        sequences: IEnumerable<string> *
        options: TrainingOptions *
        [<Optional; DefaultParameterValue("open-672")>] nameOrPath: string *
        [<Optional; DefaultParameterValue("")>] saveTo: string *
        [<Optional; DefaultParameterValue(null: IProgress<TuningProgress> | null)>] progress:
            (IProgress<TuningProgress> | null) *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken *
        [<Optional; DefaultParameterValue(null: CudaOptions | null)>] cuda: (CudaOptions | null) ->
            UniRepModel

    /// Gets the model's name.
    member Name: string

    /// Gets the licence of the weights, as an SPDX expression, or an empty string.
    member License: string

    /// Gets the number of hidden units H.
    member Units: int

    /// Gets the number of layers.
    member Layers: int

    /// Gets the SHA-256 of the parameters in hexadecimal.
    member Fingerprint: string

    /// Gets what the user should know of the weights, one sentence each.
    member Warnings: IReadOnlyList<string>

    /// Gives an HTML fragment for notebooks: what the model is, and how it runs.
    member ToHtml: unit -> string

    /// <summary>Computes the vectors of one sequence.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    member Represent: sequence: string -> Representation

    /// <summary>Computes the vectors of one sequence on a thread of the pool.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    member RepresentAsync:
        sequence: string *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            Task<Representation>

    /// <summary>Computes the vectors of many sequences in their order, each as soon as it is there; leaving off early stops
    /// the work.</summary>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string; read a bounded number ahead, on another
    /// thread.</param>
    member RepresentMany: sequences: IEnumerable<string> -> IEnumerable<Representation>

    /// <summary>Computes the vectors of many sequences in their order, each as soon as it is there, for <c>await
    /// foreach</c>; leaving the loop stops the work.</summary>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string; read a bounded number ahead, on another
    /// thread.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    member RepresentManyAsync:
        sequences: IEnumerable<string> *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            IAsyncEnumerable<Representation>

    /// <summary>Computes the vectors of sequences that come in their own time, such as a network's, for <c>await
    /// foreach</c>.</summary>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string, in their own time: results do not wait
    /// for sequences after them. The enumerator is given a token that ends its wait when reading stops.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    member RepresentManyAsync:
        sequences: IAsyncEnumerable<string> *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            IAsyncEnumerable<Representation>

    /// <summary>Embeds a file into a new file, streamed. The formats are those of the extensions; the whole input is checked
    /// first, and a run that fails or is cancelled leaves no file.</summary>
    /// <param name="input">A file of sequences: FASTA, an alignment (A2M, A3M, Stockholm), a table, a list.</param>
    /// <param name="output">The file to write: <c>.npz</c>, <c>.csv</c> or another format that the library writes.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <param name="progress">Receives the number of residues computed so far; null for none.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    /// <exception cref="T:UniRep.UniRepException">A record is wrong, or a file cannot be read or written.</exception>
    member EmbedFile:
        input: string *
        output: string *
        [<Optional; DefaultParameterValue(false)>] overwrite: bool *
        [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
            (IProgress<int64> | null) *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            EmbeddedFile

    /// <summary>Embeds records into a new file, as <c>EmbedFile</c> does. A collection is checked first; any other sequence is
    /// read once.</summary>
    /// <param name="records">Ids and sequences: residues as upper-case letters.</param>
    /// <param name="output">The file to write: <c>.npz</c>, <c>.csv</c> or another format that the library writes.</param>
    /// <param name="overwrite">Whether an existing file is replaced.</param>
    /// <param name="progress">Receives the number of residues computed so far; null for none.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    /// <exception cref="T:UniRep.UniRepException">A string is no sequence, or the file cannot be written.</exception>
    member EmbedRecords:
        records: IEnumerable<struct (string * string)> *
        output: string *
        [<Optional; DefaultParameterValue(false)>] overwrite: bool *
        [<Optional; DefaultParameterValue(null: IProgress<int64> | null)>] progress:
            (IProgress<int64> | null) *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            EmbeddedFile

    /// <summary>Computes the hidden state after start and after each residue, <c>[L + 1, H]</c>.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    member HiddenStates: sequence: string -> float32[,]

    /// <summary>Computes the hidden state after start and after each residue, <c>[L + 1, H]</c>, on a thread of the
    /// pool.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    member HiddenStatesAsync:
        sequence: string *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            Task<float32[,]>

    /// <summary>Computes the logits of the next token after start and after each residue, <c>[L + 1, 25]</c>; class k
    /// stands for token k + 1.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    member Logits: sequence: string -> float32[,]

    /// <summary>Computes the logits of the next token after start and after each residue, <c>[L + 1, 25]</c>, on a thread of
    /// the pool; class k stands for token k + 1.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    member LogitsAsync:
        sequence: string *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            Task<float32[,]>

    /// <summary>Computes the log-likelihood of a sequence in nats.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    /// <param name="includeStop">Whether the final stop counts.</param>
    member LogLikelihood:
        sequence: string * [<Optional; DefaultParameterValue(true)>] includeStop: bool -> float

    /// <summary>Computes the log-likelihood of a sequence in nats on a thread of the pool.</summary>
    /// <param name="sequence">Residues as upper-case letters.</param>
    /// <param name="includeStop">Whether the final stop counts.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    member LogLikelihoodAsync:
        sequence: string *
        [<Optional; DefaultParameterValue(true)>] includeStop: bool *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            Task<float>

    /// <summary>Computes the log-likelihoods of many sequences in nats, in their order, each as soon as it is there. Mutants
    /// of one protein share the work up to where they part.</summary>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string; read a bounded number ahead, on another
    /// thread.</param>
    /// <param name="includeStop">Whether the final stop counts.</param>
    member LogLikelihoodMany:
        sequences: IEnumerable<string> * [<Optional; DefaultParameterValue(true)>] includeStop: bool ->
            IEnumerable<float>

    /// <summary>Computes the log-likelihoods of many sequences in nats, in their order, each as soon as it is there, for
    /// <c>await foreach</c>.</summary>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string; read a bounded number ahead, on another
    /// thread.</param>
    /// <param name="includeStop">Whether the final stop counts.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    member LogLikelihoodManyAsync:
        sequences: IEnumerable<string> *
        [<Optional; DefaultParameterValue(true)>] includeStop: bool *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            IAsyncEnumerable<float>

    /// <summary>Computes the log-likelihoods of sequences that come in their own time, for <c>await foreach</c>.</summary>
    /// <param name="sequences">Residues as upper-case letters, one sequence a string, in their own time: results do not wait
    /// for sequences after them. The enumerator is given a token that ends its wait when reading stops.</param>
    /// <param name="includeStop">Whether the final stop counts.</param>
    /// <param name="cancellation">Ends the work within a step, with an OperationCanceledException.</param>
    member LogLikelihoodManyAsync:
        sequences: IAsyncEnumerable<string> *
        [<Optional; DefaultParameterValue(true)>] includeStop: bool *
        [<Optional; DefaultParameterValue(CancellationToken())>] cancellation: CancellationToken ->
            IAsyncEnumerable<float>

    /// <summary>Starts an endless batch that sequences join at any time, from any thread. Nothing computes, and no thread is
    /// busy, until one joins. The batch must be disposed of; it may outlive the model.</summary>
    /// <param name="maximalWaitingResidues">The residues that may wait for a lane: sequences that would exceed it are refused,
    /// unless nothing waits; 0 for 1,048,576.</param>
    /// <param name="maximalLanes">The sequences that are computed side by side; 0 for as many as give the best
    /// throughput.</param>
    member StartBatch:
        [<Optional; DefaultParameterValue(0L)>] maximalWaitingResidues: int64 *
        [<Optional; DefaultParameterValue(0)>] maximalLanes: int ->
            UniRepBatch

    /// Gives back the memory of the weights, once runs that are under way have ended. A second call does nothing.
    member Dispose: unit -> unit
