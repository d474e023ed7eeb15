// What is measured of a model, and of the two baselines that need none.

open System
open UniRep
open Datasets
open Correlation
open Ridge

/// One figure of the table. The interval is the 95 % bootstrap interval over rows.
type Figure =
    {
        Model: string
        /// `vectors`, `mutants` or `loss`.
        Measure: string
        /// The data set.
        Of: string
        /// What the ridge reads: `composition`, `one-hot`, or which vector of a model; empty for other measures.
        Features: string
        Estimate: Estimate
        Rows: int
        /// The penalty of the ridge, if there is one.
        Penalty: float option
    }

let private residues = "ACDEFGHIKLMNPQRSTVWY"

/// The share of each of the 20 standard residues.
let composition (sequence: Sequence) =
    residues |> Seq.map (fun residue -> float32 (Seq.length (Seq.filter ((=) residue) sequence.Letters)) / float32 sequence.Length) |> Seq.toArray

/// Twenty places for each position up to a length: 1 for the residue that is there.
let oneHot length (sequence: Sequence) =
    let places = Array.zeroCreate<float32>(20 * length)
    sequence.Letters |> Seq.truncate length |> Seq.iteri (fun at letter ->
        let residue = residues.IndexOf letter
        if residue >= 0 then places[20 * at + residue] <- 1f)
    places

let private now () = DateTime.Now.ToString "HH:mm:ss"
let private tell model what = eprintfn "%s %s: %s" (now ()) model what

/// A ridge on features of the sequences: Spearman's correlation on the test part.
let private learnt model kind (features: Sequence[] -> float32[][]) (property: Property) =
    let count (part: Measured) = part.Values.Length.ToString "N0"
    tell model $"{property.Name}, {count property.Train} / {count property.Valid} / {count property.Test} sequences"
    let part (measured: Measured) = { Features = features measured.Sequences; Measured = measured.Values }
    let fit = fit (part property.Train) (part property.Valid) (part property.Test)

    { Model = model
      Measure = "vectors"
      Of = property.Name
      Features = kind
      Estimate = spearmanInterval fit.Predicted property.Test.Values
      Rows = property.Test.Values.Length
      Penalty = Some fit.Penalty }

/// The baselines: composition, and one-hot as long as the longest sequence of the training part.
let baselines properties =
    [
        for property in properties do
            let length = property.Train.Sequences |> Seq.map _.Length |> Seq.max
            learnt "composition" "composition" (Array.map composition) property
            learnt "one-hot" "one-hot" (Array.map (oneHot length)) property
    ]

/// Log-likelihood of each mutant less that of the wild type, stop included, beside what was measured.
let private zeroShot name model (scan: Scan) =
    tell name $"{scan.Name}, {scan.Mutants.Values.Length:N0} mutants"
    let likelihoods = Model.logLikelihoodMany true model (Seq.append [ scan.WildType ] scan.Mutants.Sequences) |> Seq.toArray
    let scores = likelihoods[1..] |> Array.map (fun likelihood -> likelihood - likelihoods[0])

    { Model = name
      Measure = "mutants"
      Of = scan.Name
      Features = ""
      Estimate = spearmanInterval scores scan.Mutants.Values
      Rows = scores.Length
      Penalty = None }

/// Nats per residue, stop included: the sum over all proteins by the number of their residues and stops.
let private loss name model (proteins: Proteins) =
    tell name $"{proteins.Name}, {proteins.Sequences.Length:N0} proteins"
    let likelihoods = Model.logLikelihoodMany true model proteins.Sequences |> Seq.toArray
    let tokens = proteins.Sequences |> Array.map (fun sequence -> float (sequence.Length + 1))
    let estimate rows = -(Array.sumBy (Array.get likelihoods) rows) / Array.sumBy (Array.get tokens) rows

    { Model = name
      Measure = "loss"
      Of = proteins.Name
      Features = ""
      Estimate = bootstrap tokens.Length estimate
      Rows = tokens.Length
      Penalty = None }

/// Every figure of a model; `kind` names the vector that the ridge reads.
let figures kind vector properties scans proteins (name: string, model: Model) =
    let vectors sequences = Model.representMany model sequences |> Seq.map vector |> Seq.toArray

    [
        yield! properties |> List.map (learnt name kind vectors)
        yield! scans |> List.map (zeroShot name model)
        yield! proteins |> List.map (loss name model)
    ]
