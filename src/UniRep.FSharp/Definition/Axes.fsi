namespace UniRep.Definition

open UniRep

/// The 26 input tokens: padding, 22 letters, one id shared by X, Z, B and J, start, stop.
[<Measure>]
type token

/// The embedding of one token (E = 10 in every published model).
[<Measure>]
type embed

/// The hidden units of one layer (H = 64, 256 or 1900 in the published models).
[<Measure>]
type hidden

/// The four gates i, f, o, u of every hidden unit, in this order (G = 4 H).
[<Measure>]
type gate

/// The 25 classes of the language-model head: class k stands for token k + 1.
[<Measure>]
type cls

/// A vector along one axis, in float64.
[<Sealed>]
type Vector<[<Measure>] 'axis> =
    /// Wraps the values without copying them.
    new: values: float[] -> Vector<'axis>

    /// Gets the number of entries.
    member Length: int<'axis>

    /// Gets the entry at a position counted from 0.
    member Item: int -> float with get

    /// Gets the values themselves; they are not to be changed.
    member Values: float[]

/// A matrix that takes row vectors of one axis to another, in float64, row-major.
[<Sealed>]
type Matrix<[<Measure>] 'rows, [<Measure>] 'cols> =
    /// Wraps `rows * cols` row-major values without copying them; any other number of values is an ArgumentException.
    new: rows: int<'rows> * cols: int<'cols> * values: float[] -> Matrix<'rows, 'cols>

    /// Gets the number of rows (inputs).
    member Rows: int<'rows>

    /// Gets the number of columns (outputs).
    member Cols: int<'cols>

    /// Gets the row-major values themselves; they are not to be changed.
    member Values: float[]

/// Arithmetic on vectors of equal axis and length.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Vector =
    /// Makes a vector of zeros.
    val zero: length: int<'axis> -> Vector<'axis>

    /// Applies a function to every entry.
    val map: (float -> float) -> Vector<'axis> -> Vector<'axis>

    /// Combines two vectors entry by entry.
    val map2: (float -> float -> float) -> Vector<'axis> -> Vector<'axis> -> Vector<'axis>

    /// Adds two vectors.
    val add: Vector<'axis> -> Vector<'axis> -> Vector<'axis>

    /// Multiplies two vectors entry by entry (⊙ in the paper).
    val mul: Vector<'axis> -> Vector<'axis> -> Vector<'axis>

/// Products with matrices.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Matrix =
    /// Multiplies a row vector with a matrix: `x · w`, `[rows] · [rows, cols] → [cols]`.
    val apply: w: Matrix<'rows, 'cols> -> x: Vector<'rows> -> Vector<'cols>

    /// Multiplies a row vector with the transposed matrix: `y · wᵀ`, `[cols] · [cols, rows] → [rows]`.
    val applyTransposed: w: Matrix<'rows, 'cols> -> y: Vector<'cols> -> Vector<'rows>

    /// Multiplies every entry of one vector with every entry of another: `xᵀ · y`, `[rows, cols]`.
    val outer: x: Vector<'rows> -> y: Vector<'cols> -> Matrix<'rows, 'cols>

    /// Adds two matrices.
    val add: Matrix<'rows, 'cols> -> Matrix<'rows, 'cols> -> Matrix<'rows, 'cols>

    /// Makes a matrix of zeros.
    val zero: rows: int<'rows> -> cols: int<'cols> -> Matrix<'rows, 'cols>

    /// Takes one row as a vector: `[rows, cols] → [cols]`.
    val row: index: int -> Matrix<'rows, 'cols> -> Vector<'cols>
