// What is measured of a model, and of the two baselines that need none.

open System
open System.Globalization
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

/// Writes a number with a point and so many digits behind it; nothing where it is not defined.
let invariant (format: string) (value: float) =
    if Double.IsNaN value then "" else value.ToString(format, CultureInfo.InvariantCulture)

/// The value of an estimate, in words.
let value { Value = value } = if Double.IsNaN value then "undefined" else invariant "F3" value

/// The value of an estimate with its interval, if there is one.
let valueAndInterval ({ Low = low; High = high } as estimate) =
    if Double.IsNaN low then value estimate else $"""{value estimate} ({invariant "F3" low} to {invariant "F3" high})"""

let private now () = DateTime.Now.ToString("HH:mm:ss", CultureInfo.InvariantCulture)

/// Computes a figure and says so on standard error before and after, since large models take long.
let private measured (figure: Figure) (estimate: unit -> Estimate * float option) =
    eprintf "%s %s: %s, %d rows: " (now ()) figure.Model figure.Of figure.Rows
    let estimate, penalty = estimate ()
    eprintfn "%s" (valueAndInterval estimate)
    { figure with Estimate = estimate; Penalty = penalty }

/// A figure to be computed.
let private wanted model measure set features rows =
    let undefined = { Value = nan; Low = nan; High = nan }
    { Model = model; Measure = measure; Of = set; Features = features; Estimate = undefined; Rows = rows; Penalty = None }

/// A ridge on features of the sequences: Spearman's correlation on the test part.
let private learnt model kind (features: Sequence[] -> float32[][]) (property: Property) =
    measured (wanted model "vectors" property.Name kind property.Test.Values.Length) (fun () ->
        let part (measured: Measured) = { Features = features measured.Sequences; Measured = measured.Values }
        let fit = fit (part property.Train) (part property.Valid) (part property.Test)
        spearmanInterval fit.Predicted property.Test.Values, Some fit.Penalty)

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
    measured (wanted name "mutants" scan.Name "" scan.Mutants.Values.Length) (fun () ->
        let likelihoods = Model.logLikelihoodMany true model (Seq.append [ scan.WildType ] scan.Mutants.Sequences) |> Seq.toArray
        let scores = likelihoods[1..] |> Array.map (fun likelihood -> likelihood - likelihoods[0])
        spearmanInterval scores scan.Mutants.Values, None)

/// Nats per residue, stop included: the sum over all proteins by the number of their residues and stops.
let private loss name model (proteins: Proteins) =
    measured (wanted name "loss" proteins.Name "" proteins.Sequences.Length) (fun () ->
        let likelihoods = Model.logLikelihoodMany true model proteins.Sequences |> Seq.toArray
        let tokens = proteins.Sequences |> Array.map (fun sequence -> float (sequence.Length + 1))
        let estimate rows = -(Array.sumBy (Array.get likelihoods) rows) / Array.sumBy (Array.get tokens) rows
        bootstrap tokens.Length estimate, None)

/// Every figure of a model; `kind` names the vector that the ridge reads.
let figures kind vector properties scans proteins (name: string, model: Model) =
    let vectors sequences = Model.representMany model sequences |> Seq.map vector |> Seq.toArray

    [
        yield! properties |> List.map (learnt name kind vectors)
        yield! scans |> List.map (zeroShot name model)
        yield! proteins |> List.map (loss name model)
    ]
