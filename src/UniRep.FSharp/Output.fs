namespace UniRep

open System
open UniRep.Compute

type Take<'result> = delegate of sequence: Sequence * output: inref<SequenceOutput> -> 'result

type Use<'item> = delegate of item: 'item * output: inref<SequenceOutput> -> unit

type Output<'result> =
    {
        Needs: Outputs
        ReadsBackward: bool
        Take: Take<'result>
    }

[<RequireQualifiedAccess>]
module Output =
    let rep =
        {
            Needs = Outputs.Vectors
            ReadsBackward = false
            Take =
                Take<Rep>(fun _ (output: inref<SequenceOutput>) ->
                    {
                        Average = output.Average.ToArray()
                        Final = output.Final.ToArray()
                        Cell = output.Cell.ToArray()
                    })
        }

    /// Copies rows into an array of two dimensions.
    let private table (rows: int) (values: ReadOnlySpan<float32>) =
        let columns = values.Length / rows
        let table = Array2D.zeroCreate rows columns

        for k in 0 .. values.Length - 1 do
            table[k / columns, k % columns] <- values[k]

        table

    let hiddenStates =
        {
            Needs = Outputs.HiddenStates
            ReadsBackward = false
            Take =
                Take<float32[,]>(fun _ (output: inref<SequenceOutput>) ->
                    table (output.Length + 1) output.HiddenStates)
        }

    let logits =
        {
            Needs = Outputs.Logits
            ReadsBackward = false
            Take =
                Take<float32[,]>(fun _ (output: inref<SequenceOutput>) ->
                    table (output.Length + 1) output.Logits)
        }

    let logProbability (row: ReadOnlySpan<float32>) (token: byte) =
        let mutable top = float row[0]

        for k in 1 .. row.Length - 1 do
            top <- max top (float row[k])

        let mutable sum = 0.0

        for k in 0 .. row.Length - 1 do
            sum <- sum + exp (float row[k] - top)

        float row[int token - 1] - top - log sum

    let logLikelihoods =
        {
            Needs = Outputs.Logits
            ReadsBackward = false
            Take =
                Take<float[]>(fun sequence (output: inref<SequenceOutput>) ->
                    let length = sequence.Length
                    let terms = Array.zeroCreate (length + 1)
                    let tokens = sequence.Tokens.Span

                    for t in 0..length do
                        let row = output.Logits.Slice(t * MlstmShape.Classes, MlstmShape.Classes)

                        terms[t] <-
                            logProbability row (if t < length then tokens[t] else Residue.stop)

                    terms)
        }

    let logLikelihoodsBackward =
        {
            Needs = Outputs.Logits
            ReadsBackward = true
            Take =
                Take<float[]>(fun sequence (output: inref<SequenceOutput>) ->
                    let length = sequence.Length
                    let terms = Array.zeroCreate (length + 1)
                    let tokens = sequence.Tokens.Span

                    for t in 0..length do
                        let row = output.Logits.Slice(t * MlstmShape.Classes, MlstmShape.Classes)

                        if t < length then
                            let at = length - 1 - t
                            terms[at] <- logProbability row tokens[at]
                        else
                            terms[length] <- logProbability row Residue.start

                    terms)
        }

    let map (mapping: 'a -> 'b) (output: Output<'a>) =
        let take = output.Take

        {
            Needs = output.Needs
            ReadsBackward = output.ReadsBackward
            Take =
                Take<'b>(fun sequence (result: inref<SequenceOutput>) ->
                    mapping (take.Invoke(sequence, &result)))
        }

    let private sum includeStop (terms: float[]) =
        if includeStop then
            Array.sum terms
        else
            Array.sum terms[.. terms.Length - 2]

    let logLikelihood includeStop = map (sum includeStop) logLikelihoods

    let logLikelihoodBackward includeStart =
        map (sum includeStart) logLikelihoodsBackward
