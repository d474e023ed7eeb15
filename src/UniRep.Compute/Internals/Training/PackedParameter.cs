using UniRep.Compute.Internals.Packing;

namespace UniRep.Compute.Internals.Training;

/// <summary>
/// The place of one array in a flat buffer: in panels, [panel][row][64], as the kernels read them, or row-major. Padding
/// stays zero.
/// </summary>
internal sealed unsafe class PackedParameter
{
    private const int PanelColumns = PackedMatrix.Columns;
    private readonly int[]? _columns;

    /// <param name="array">The array.</param>
    /// <param name="panelColumns">The column at each place of the panels, -1 for padding; null for row-major.</param>
    /// <param name="start">The index of the first float in the flat buffer.</param>
    public PackedParameter(ParameterArray array, int[]? panelColumns, long start)
    {
        (Array, _columns, Start) = (array, panelColumns, start);
        var length = panelColumns is null ? array.Length : (long)Rows * panelColumns.Length;
        Length = (length + PanelColumns - 1) / PanelColumns * PanelColumns;
    }

    public ParameterArray Array { get; }

    public int Rows => Array.Rows;

    public int Columns => Array.Columns;

    /// <summary>Whether weight decay applies by default: to matrices only.</summary>
    public bool Decays => Array.Parameter.Kind is ParameterKind.Matrix or ParameterKind.HeadMatrix;

    public long Start { get; }

    /// <summary>Floats in the flat buffer, a multiple of 64.</summary>
    public long Length { get; }

    /// <summary>The number of panels.</summary>
    public int Panels => _columns!.Length / PanelColumns;

    /// <summary>A panel in a flat buffer, [rows][64].</summary>
    public float* Panel(float* flat, int panel) => flat + Start + (long)panel * Rows * PanelColumns;

    /// <summary>Copies the array, row-major, into a flat buffer.</summary>
    public void Read(float[] array, float* flat)
    {
        Throw.IfLength(array, Array.Length, Array.Name);
        Each((place, element) => flat[place] = array[element]);
    }

    /// <summary>Copies the array, row-major, out of a flat buffer.</summary>
    public float[] Write(float* flat)
    {
        var array = new float[Array.Length];
        Each((place, element) => array[element] = flat[place]);
        return array;
    }

    private void Each(Action<long, long> move)
    {
        if (_columns is null)
        {
            for (var element = 0L; element < Array.Length; element++)
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
