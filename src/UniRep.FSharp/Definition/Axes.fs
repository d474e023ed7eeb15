namespace UniRep.Definition

open UniRep

[<Measure>]
type token

[<Measure>]
type embed

[<Measure>]
type hidden

[<Measure>]
type gate

[<Measure>]
type cls

[<Sealed>]
type Vector<[<Measure>] 'axis>(values: float[]) =
    member _.Length: int<'axis> = LanguagePrimitives.Int32WithMeasure values.Length

    member _.Item
        with get (i: int) = values[i]

    member _.Values = values

[<Sealed>]
type Matrix<[<Measure>] 'rows, [<Measure>] 'cols>
    (rows: int<'rows>, cols: int<'cols>, values: float[]) =
    do
        if values.Length <> int rows * int cols then
            invalidArg
                (nameof values)
                $"{int rows} × {int cols} values expected, {values.Length} given"

    member _.Rows = rows
    member _.Cols = cols
    member _.Values = values

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Vector =
    let zero (length: int<'axis>) =
        Vector<'axis>(Array.zeroCreate (int length))

    let map f (v: Vector<'axis>) = Vector<'axis>(Array.map f v.Values)

    let map2 f (a: Vector<'axis>) (b: Vector<'axis>) =
        Vector<'axis>(Array.map2 f a.Values b.Values)

    let add a b = map2 (+) a b
    let mul a b = map2 (*) a b

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Matrix =
    let apply (w: Matrix<'rows, 'cols>) (x: Vector<'rows>) : Vector<'cols> =
        if x.Length <> w.Rows then
            invalidArg (nameof x) $"{int w.Rows} entries expected, {int x.Length} given"

        let cols = int w.Cols
        let y = Array.zeroCreate<float> cols

        for i in 0 .. int w.Rows - 1 do
            for j in 0 .. cols - 1 do
                y[j] <- y[j] + x[i] * w.Values[i * cols + j]

        Vector<'cols> y

    let applyTransposed (w: Matrix<'rows, 'cols>) (y: Vector<'cols>) =
        let cols = int w.Cols

        Array.init (int w.Rows) (fun row ->
            let mutable sum = 0.0

            for col in 0 .. cols - 1 do
                sum <- sum + w.Values[row * cols + col] * y[col]

            sum)
        |> Vector<'rows>

    let outer (x: Vector<'rows>) (y: Vector<'cols>) =
        let cols = int y.Length

        Matrix<'rows, 'cols>(
            x.Length,
            y.Length,
            Array.init (int x.Length * cols) (fun at -> x[at / cols] * y[at % cols])
        )

    let add (a: Matrix<'rows, 'cols>) (b: Matrix<'rows, 'cols>) =
        Matrix<'rows, 'cols>(a.Rows, a.Cols, Array.map2 (+) a.Values b.Values)

    let zero (rows: int<'rows>) (cols: int<'cols>) =
        Matrix<'rows, 'cols>(rows, cols, Array.zeroCreate (int rows * int cols))

    let row index (m: Matrix<'rows, 'cols>) =
        let cols = int m.Cols
        Vector<'cols>(Array.sub m.Values (index * cols) cols)
