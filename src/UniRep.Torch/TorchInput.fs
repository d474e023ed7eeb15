namespace UniRep

open System
open TorchSharp
open UniRep.Compute

/// Sequences side by side, longest first: at step t the first `Active[t]` of them are still there. Step 0 reads the
/// token before the residues.
[<Sealed>]
type internal RaggedBatch(sequences: DirectedSequence[]) =
    let tokens = sequences |> Array.map _.Residues
    let steps = tokens[0].Length + 1

    let active =
        let counts = Array.zeroCreate steps
        let mutable count = tokens.Length

        for t in 0 .. steps - 1 do
            while tokens[count - 1].Length < t do
                count <- count - 1

            counts[t] <- count

        counts

    /// The number of sequences B.
    member _.Lanes = tokens.Length

    /// The number of steps T: one more than the longest sequence has residues.
    member _.Steps = steps

    /// The number of steps of one sequence: start and its residues.
    member _.StepsOf lane = tokens[lane].Length + 1

    /// How many sequences read a token at each step, `[T]`.
    member _.Active = active

    /// The number of rows of some steps: one for each sequence that is there.
    member _.Rows first last = Array.sum active[first..last]

    /// The tokens that sequences read at some steps, step by step, `[R]`.
    member _.Inputs first last =
        [|
            for t in first..last do
                for lane in 0 .. active[t] - 1 do
                    if t = 0 then
                        int64 sequences[lane].First
                    else
                        int64 (tokens[lane].Span[t - 1])
        |]

    /// The class that each of these rows predicts, `[R]`: that of the next token, or of the last token after the
    /// residues.
    member _.Targets first last =
        [|
            for t in first..last do
                for lane in 0 .. active[t] - 1 do
                    let next =
                        if t < tokens[lane].Length then
                            int tokens[lane].Span[t]
                        else
                            sequences[lane].Last

                    int64 (next - 1)
        |]

    /// Cuts the steps from `first` to `last` into blocks of about so many rows, `(first, last)` each.
    member _.Blocks first last rows =
        List.unfold
            (fun from ->
                if from > last then
                    None
                else
                    let until = min last (from + max 1 (rows / active[from]) - 1)
                    Some((from, until), until + 1))
            first

/// Moves arrays to tensors and back.
[<RequireQualifiedAccess>]
module internal HostArray =
    let private dims (shape: int list) = shape |> List.map int64 |> Array.ofList

    /// Copies an array to a device.
    let toTensor (device: torch.Device) shape (values: float32[]) : torch.Tensor =
        use host = torch.tensor (values, ReadOnlySpan(dims shape))
        host.``to`` (device, true)

    /// Copies token or class numbers to a device.
    let ofIndices (device: torch.Device) (values: int64[]) : torch.Tensor =
        use host = torch.tensor values
        host.``to`` (device, true)

    /// Copies a tensor of float32 out, row-major.
    let ofTensor (tensor: torch.Tensor) : float32[] =
        use host = tensor.detach().cpu().contiguous()
        host.data<float32>().ToArray()
