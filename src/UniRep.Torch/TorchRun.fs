namespace UniRep

open System
open System.Runtime.InteropServices
open System.Threading
open TorchSharp
open UniRep.Compute

/// The result of one sequence in the memory of the host.
type internal TorchResult =
    {
        Length: int
        Average: ArraySegment<float32>
        Final: ArraySegment<float32>
        Cell: ArraySegment<float32>
        HiddenStates: float32[]
        Logits: float32[]
    }

/// Tells what libtorch says when memory runs out.
[<RequireQualifiedAccess>]
module internal TorchMemory =
    let isOut (error: exn) =
        match error with
        | :? OutOfMemoryException -> true
        | :? ExternalException ->
            error.Message.Contains "out of memory"
            || error.Message.Contains "allocate memory"
        | _ -> false

    let private errorOf what (error: exn) =
        BackendError.OutOfMemory("torch", what, error.Message.Split('\n')[0])

    /// Raises the error of a computation that does not fit even when it is cut down.
    let refuse what error : 'result = Throw.error (errorOf what error)

    /// Makes something that needs memory for its whole life.
    let make what create =
        try
            Ok(create ())
        with error when isOut error ->
            Error(errorOf what error)

/// Computes one batch of sequences, longest first.
type internal Scan = TorchNetwork -> TorchWatch -> RaggedBatch -> TorchStates

/// A run: reads some sequences ahead, sorts them by length, computes batches of them, and delivers in the order of the input.
[<Sealed>]
type internal TorchRun
    (
        scan: Scan,
        network: TorchNetwork,
        options: TorchOptions,
        lanes: int ref,
        source: ISequenceSource,
        sink: ISequenceSink,
        outputs: Outputs,
        run: RunOptions
    ) =
    /// So many numbers of results wait for delivery at most, unless one sequence alone has more.
    let mostNumbers = 64L <<< 20

    /// So many batches are read ahead, so that sequences of one batch are of similar length.
    let mostBatches = 8

    let units = network.Shape.Units
    let reader = new SequenceReader(source, run.Cancellation)
    let mutable window = 1
    let mutable results: TorchResult[] = [||]
    let mutable delivered = 0
    let mutable index = 0L
    let mutable residues = 0L

    let widthOfStates =
        (if outputs.HasFlag Outputs.HiddenStates then units else 0)
        + (if outputs.HasFlag Outputs.Logits then
               MlstmShape.Classes
           else
               0)

    let check (tokens: ReadOnlyMemory<byte>) =
        if tokens.Span.ContainsAnyExceptInRange(0uy, byte MlstmShape.Stop) then
            invalidArg "source" $"A token of a sequence is above {MlstmShape.Stop}."

        if (int64 tokens.Length + 1L) * int64 widthOfStates > int64 Array.MaxLength then
            invalidArg
                "source"
                $"One array cannot hold the states or logits of {tokens.Length} residues."

    let numbersOf (tokens: ReadOnlyMemory<byte>) =
        int64 (3 * units) + (int64 tokens.Length + 1L) * int64 widthOfStates

    let readAhead () =
        let count = ref 0
        let numbers = ref 0L

        reader.Read(fun tokens ->
            check tokens
            count.Value <- count.Value + 1
            numbers.Value <- numbers.Value + numbersOf tokens
            count.Value < window * lanes.Value && numbers.Value < mostNumbers)

    /// Copies the rows of some steps to the sequences that they belong to.
    let spread (batch: RaggedBatch) (places: float32[][]) width first last (rows: float32[]) =
        let mutable row = 0

        for t in first..last do
            for lane in 0 .. batch.Active[t] - 1 do
                rows.AsSpan(row * width, width).CopyTo(places[lane].AsSpan(t * width))
                row <- row + 1

    let computeBatch (tokens: ReadOnlyMemory<byte>[]) =
        use _ = torch.NewDisposeScope()

        let batch =
            tokens
            |> Array.map (fun tokens -> DirectedSequence(tokens, source.FirstToken))
            |> RaggedBatch

        let before = residues

        let places isWanted width =
            if isWanted then
                Array.init tokens.Length (fun lane -> Array.zeroCreate (batch.StepsOf lane * width))
            else
                Array.create tokens.Length [||]

        let wantsStates = outputs.HasFlag Outputs.HiddenStates
        let wantsLogits = outputs.HasFlag Outputs.Logits
        let states = places wantsStates units
        let logits = places wantsLogits MlstmShape.Classes

        let take first last (h: torch.Tensor) =
            if wantsStates then
                HostArray.ofTensor h |> spread batch states units first last

            if wantsLogits then
                HostArray.ofTensor (TorchScan.logits network h)
                |> spread batch logits MlstmShape.Classes first last

        let watch =
            {
                States = if widthOfStates > 0 then Some take else None
                Computed =
                    fun rows ->
                        residues <- residues + int64 rows
                        run.Progress |> Option.iter _.Report(residues)
                Cancellation = run.Cancellation
            }

        try
            let found = scan network watch batch
            let average = HostArray.ofTensor found.Average
            let final = HostArray.ofTensor found.Final
            let cell = HostArray.ofTensor found.Cell

            let row (values: float32[]) lane =
                ArraySegment(values, lane * units, units)

            Array.init tokens.Length (fun lane ->
                {
                    Length = tokens[lane].Length
                    Average = row average lane
                    Final = row final lane
                    Cell = row cell lane
                    HiddenStates = states[lane]
                    Logits = logits[lane]
                })
        with error when TorchMemory.isOut error ->
            residues <- before
            reraise ()

    /// Computes a batch, in halves if the memory does not suffice for the whole.
    let rec compute (tokens: ReadOnlyMemory<byte>[]) : TorchResult[] =
        let outcome =
            try
                Choice1Of2(computeBatch tokens)
            with error when TorchMemory.isOut error ->
                Choice2Of2 error

        match outcome with
        | Choice1Of2 results -> results
        | Choice2Of2 error when tokens.Length = 1 ->
            error
            |> TorchMemory.refuse
                $"one sequence of {tokens[0].Length} residues on {options.Device.Name}"
        | Choice2Of2 _ ->
            let half = (tokens.Length + 1) / 2
            lanes.Value <- min lanes.Value half

            options.Log
                $"{options.Device.Name} has too little memory for {tokens.Length} sequences at a time: going on with {half}"

            Array.append (compute tokens[.. half - 1]) (compute tokens[half..])

    let computeWindow () =
        let tokens = readAhead ()

        let order =
            [| 0 .. tokens.Length - 1 |] |> Array.sortBy (fun at -> -tokens[at].Length)

        let found = Array.zeroCreate tokens.Length
        let mutable first = 0

        while first < order.Length do
            let batch = order[first .. min order.Length (first + lanes.Value) - 1]

            batch
            |> Array.map (fun at -> tokens[at])
            |> compute
            |> Array.iteri (fun lane result -> found[batch[lane]] <- result)

            first <- first + batch.Length

        results <- found
        delivered <- 0
        window <- min mostBatches (2 * window)

    let deliver () =
        while delivered < results.Length && not sink.IsFull do
            let result = results[delivered]

            let output =
                SequenceOutput(
                    Index = index,
                    Length = result.Length,
                    Average = result.Average,
                    Final = result.Final,
                    Cell = result.Cell,
                    HiddenStates = ReadOnlySpan result.HiddenStates,
                    Logits = ReadOnlySpan result.Logits
                )

            sink.Write &output
            results[delivered] <- Unchecked.defaultof<TorchResult>
            delivered <- delivered + 1
            index <- index + 1L

    member _.Advance() =
        let mutable isFull = false

        while not isFull && (delivered < results.Length || not reader.IsDone) do
            run.Cancellation.ThrowIfCancellationRequested()
            deliver ()
            isFull <- delivered < results.Length || sink.IsFull

            if not isFull && not reader.IsDone then
                computeWindow ()

        delivered = results.Length && reader.IsDone

    member _.Close() = (reader :> IDisposable).Dispose()
