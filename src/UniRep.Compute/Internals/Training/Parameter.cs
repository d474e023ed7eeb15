namespace UniRep.Compute.Internals.Training;

/// <summary>
/// One array of a model's parameters, and where its numbers lie in a flat buffer: in panels, [panel][row][64], as the
/// kernels read them, or plainly by rows. Places that hold no number of the array stay zero.
/// </summary>
internal sealed unsafe class Parameter
{
    private const int PanelColumns = PackedMatrix.Columns;
    private readonly int[]? _columns;

    /// <param name="rows">Rows of the array; 1 for a vector.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="panelColumns">The column at each place of the panels, -1 for none; null to lie plainly.</param>
    /// <param name="decays">Whether weight decay is for it.</param>
    /// <param name="start">Where it begins in the flat buffer.</param>
    public Parameter(int rows, int columns, int[]? panelColumns, bool decays, long start)
    {
        (Rows, Columns, _columns, Decays, Start) = (rows, columns, panelColumns, decays, start);
        var length = panelColumns is null ? (long)rows * columns : (long)rows * panelColumns.Length;
        Length = (length + PanelColumns - 1) / PanelColumns * PanelColumns;
    }

    public int Rows { get; }

    public int Columns { get; }

    public bool Decays { get; }

    public long Start { get; }

    /// <summary>Floats that it takes up, a multiple of 64.</summary>
    public long Length { get; }

    /// <summary>Panels that it lies in.</summary>
    public int Panels => _columns!.Length / PanelColumns;

    /// <summary>A panel of it in a flat buffer, [rows][64].</summary>
    public float* Panel(float* flat, int panel) => flat + Start + (long)panel * Rows * PanelColumns;

    /// <summary>Brings the array, row-major, into a flat buffer.</summary>
    public void Read(float[] array, float* flat)
    {
        Throw.IfLength(array, (long)Rows * Columns, "an array of parameters");
        Each((place, element) => flat[place] = array[element]);
    }

    /// <summary>Takes the array, row-major, out of a flat buffer.</summary>
    public float[] Write(float* flat)
    {
        var array = new float[(long)Rows * Columns];
        Each((place, element) => array[element] = flat[place]);
        return array;
    }

    private void Each(Action<long, long> move)
    {
        if (_columns is null)
        {
            for (var element = 0L; element < (long)Rows * Columns; element++)
            {
                move(Start + element, element);
            }

            return;
        }

        for (var at = 0; at < _columns.Length; at++)
        {
            var (panel, column) = (at / PanelColumns, _columns[at]);
            for (var row = 0; column >= 0 && row < Rows; row++)
            {
                move(
                    Start + ((long)panel * Rows + row) * PanelColumns + at % PanelColumns,
                    (long)row * Columns + column
                );
            }
        }
    }
}
