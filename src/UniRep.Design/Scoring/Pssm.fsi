namespace UniRep.Design

open UniRep

/// How a site-independent model is made of an alignment.
type PssmOptions =
    {
        /// Rows that agree in at least this share of the columns count as one: each weighs 1 / their number, itself
        /// included. Gaps count as a symbol.
        Identity: float
        /// The least share of columns in which a row has a residue; rows with less are left out.
        Coverage: float
        /// The weight κ of the pseudo-counts of a column, in rows: the 20 residues share it.
        PseudoCount: float
    }

/// A position-specific scoring matrix: the site-independent model of a family, with the row weights of Hopf et al. (2017,
/// doi:10.1038/nbt.3769). In column i, with the weights w of the rows, residue a has the probability
/// `f(i, a) = (Σ w [row has a in i] + κ / 20) / (Σ w [row has one of the 20 residues in i] + κ)`.
[<Sealed>]
type Pssm =
    /// Gets the alignment.
    member Alignment: Alignment

    /// Gets the weight of each row; 0 for one that is left out.
    member RowWeights: float[]

    /// Gets the sum of the weights: the effective number of rows.
    member EffectiveRows: float

    /// Gets ln f, `[columns, 20]`, in the order of `Pssm.letters`.
    member LogProbabilities: float[,]

/// Makes site-independent models, and scores with them.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Pssm =
    /// Gets the 20 standard residues in the order of the matrix: alphabetical.
    val letters: string

    /// Gets the usual options: identity 80 %, coverage 50 %, pseudo-counts of weight 10.
    val defaults: PssmOptions

    /// Makes the model of an alignment. The result does not depend on the number of threads.
    ///
    /// Raises ArgumentOutOfRangeException if an option is out of its range: identity above 0 to 1, coverage 0 to 1,
    /// pseudo-counts above 0.
    val create: options: PssmOptions -> alignment: Alignment -> Pssm

    /// Makes a scorer, called `pssm`, of sequences that have the length of a wild type: the sum of ln f over the match columns on
    /// it. Differences between mutants and wild type are log odds. A residue outside the match columns does not enter:
    /// mutants that differ only there score as the wild type does. A letter that is not one of the 20 counts ln(1/20).
    ///
    /// The scorer raises ArgumentException for a sequence of another length.
    val scorer: wildType: Sequence -> pssm: Pssm -> Result<Scorer, AlignmentError>

    /// Tells for each residue of a wild type whether it is in a match column.
    val covered: wildType: Sequence -> pssm: Pssm -> Result<bool[], AlignmentError>
